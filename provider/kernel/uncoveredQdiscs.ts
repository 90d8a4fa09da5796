import { grouped } from "../core/values";
import { listFilters } from "../netlink/qdisc";
import type { Kernel } from "./kernel";
import { isDefault, isKnown, parentOf, showClasses, showQdiscs } from "./qdisc";

/** Of which the classes are made by hand. */
const WITH_CLASSES = ["htb"];

/** What there is of traffic control besides qdiscs that have words, in words. */
export async function uncoveredQdiscs(kernel: Kernel, netns: string | undefined): Promise<string[]> {
  const rows = ((await showQdiscs(kernel, netns)) ?? []).filter((row) => !isDefault(row));
  const strange = rows.filter(({ kind }) => !isKnown(kind));
  const found = [...grouped(rows, ({ dev = "" }) => dev)].map(async ([device, its]) => {
    const classes = its.some(({ kind }) => WITH_CLASSES.includes(kind)) ? await showClasses(kernel, netns, device) : [];
    const filters = await Promise.all(its.map(({ handle }) => filtersOf(kernel, netns, device, handle)));
    const mine = (classes ?? []).filter((name) =>
      its.some(({ kind, handle }) => WITH_CLASSES.includes(kind) && name.startsWith(handle)),
    );
    return [
      ...mine.map((name) => `the class ${name} of the device ${device} (\`tc class\`)`),
      ...[...new Set(filters.flat())].map(
        (kind) => `filters of the kind ${kind} of the device ${device} (\`tc filter\`)`,
      ),
    ];
  });
  const more = (await Promise.all(found)).flat();
  return [
    ...strange.map((row) => `the qdisc ${row.kind} of the device ${row.dev} (${parentOf(row) ?? "no parent"})`),
    ...more,
  ];
}

/** The kinds of the filters of a qdisc; none where it can have none. */
async function filtersOf(kernel: Kernel, netns: string | undefined, device: string, handle: string): Promise<string[]> {
  const [link] = (await kernel.device(netns, device)) ?? [];
  if (!link) return [];
  const parent = (Number.parseInt(handle, 16) << 16) >>> 0;
  const argv = ["tc", "filter", "show", "dev", device, "parent", handle];
  const rows = await kernel.look(netns, argv, (netlink, file) =>
    listFilters(netlink, file, link.ifindex, parent).catch(() => []),
  );
  return (rows ?? []).flatMap(({ kind }) => kind ?? []);
}
