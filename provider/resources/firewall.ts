import { z } from "zod";
import { joinId, splitId } from "../core/id";
import { tableFault } from "../core/nft";
import { inScope } from "../kernel/netns";
import { delTable, listTables, setTable, showTable, spelledByNft, type TablePlace } from "../kernel/nft";
import { defineKind, inNamespace } from "./kind";

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
/** NFT_NAME_MAXLEN of linux/netfilter/nf_tables.h, with the byte that ends it. */
const NAME_BYTES = 256;
/** Where nft keeps the number of a device, and not its name: such a rule is about nothing once the device is another one. */
const BY_NUMBER = /\b(?:iif|oif|devices?)\s+(?:!?=\s+)?(\{[^}]*\}|"?[\w.@-]+"?)/g;

const family = z.enum(["ip", "ip6", "inet", "arp", "bridge", "netdev"], {
  error: "must be ip, ip6, inet, arp, bridge or netdev",
});

const tableName = z.string({ error: "must be a string" }).superRefine((name, context) => {
  const message = nameFault(name);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

const inputs = z.strictObject({
  namespace: inNamespace("The namespace whose packets it sees"),
  name: tableName.meta({
    description:
      "The name of the table: letters, digits, `_`, `.` and `-`, no word that nft has a meaning for. " +
      "Defaults to the resource's logical name, without a random suffix.",
    replaces: true,
  }),
  family: family.default("inet").meta({
    description:
      "Which packets it sees: `ip` and `ip6` those of IPv4 and of IPv6, `inet` both, `arp`, `bridge` what passes a " +
      "bridge, `netdev` all that comes in by a device. Default: `inet`.",
    replaces: true,
  }),
  rules: z
    .string({ error: "must be a string" })
    .overwrite((text) => text.replaceAll("\r\n", "\n"))
    .superRefine((text, context) => {
      const message = tableFault(text);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .meta({
      description:
        "What stands between the braces of `table FAMILY NAME { … }` in nft(8): chains with their rules, sets, maps. " +
        "Without `include`, and without variables, for the program has its own. A device that may go and come " +
        "again is named by `iifname` and `oifname`: nft takes `iif` and `oif` for the device that is there now. " +
        "A change replaces the whole table at once.",
      shownAs: "ruleset",
    }),
});

const outputs = inputs.extend({
  ruleset: z.string().meta({
    description:
      "The rules as nft writes them (`nft -s list table`), without counts and without what packets have put into sets.",
    derivedFrom: ["rules"],
  }),
  comment: z.string().optional().meta({
    description: "The comment of the table: the mark of this stack, or what an imported one has had.",
  }),
});

type State = z.output<typeof outputs>;

export const firewall = defineKind({
  type: "Firewall",
  description:
    "A table of nftables with its rules: what a host lets through, and what it changes in packets on their way (NAT), see " +
    "nft(8). Needs a kernel with CONFIG_NF_TABLES, and nft's library (libnftables). Other tables are left alone. Its " +
    "comment is the stack's ownership mark (`nft list table` shows it).\n\n" +
    "Rules are compared as nft prints them: another spelling changes nothing, and a change made by hand inside " +
    "the table is drift that is put back.",
  example: `import * as netns from "pulumi-netns";

const gateway = new netns.Namespace("gateway");
const nat = new netns.Firewall("nat", {
  namespace: gateway.name,
  rules: \`
    chain postrouting {
      type nat hook postrouting priority srcnat
      oifname "wan" masquerade
    }
  \`,
});
export const ruleset = nat.ruleset;`,
  inputs,
  outputs,
  nftTexts({ family: said = "inet", rules }) {
    const { data: of } = family.safeParse(said);
    return of !== undefined && typeof rules === "string" ? [{ path: ["rules"], family: of, rules }] : [];
  },
  autoname: "name",
  idForm: "NAMESPACE/FAMILY/NAME (FAMILY/NAME without a namespace)",
  id: ({ namespace, family, name }) => joinId(namespace, family, name),
  parseId(id): (TablePlace & { family: State["family"] }) | undefined {
    const split = splitId(id, 2);
    const [of, name] = [family.safeParse(split?.parts[0]).data, tableName.safeParse(split?.parts[1]).data];
    return of === undefined || name === undefined ? undefined : { namespace: split?.netns, family: of, name };
  },
  where: ({ namespace, family, name }) => ({ namespace, family, name }),

  async observe(kernel, where) {
    const table = await showTable(kernel, where);
    if (!table) return undefined;
    const { namespace, family, name } = where;
    const { text, comment } = table;
    const words = { rules: text, ruleset: text, ...(comment !== undefined && { comment }) };
    return {
      state: { ...(namespace !== undefined && { namespace }), name, family, ...words },
      what: `the table ${family} ${name}`,
      ...(comment !== undefined && { mark: comment }),
    };
  },
  /** The comment can be given to a new table only. */
  plan: (want, have, mark) => {
    if (have?.rules === want.rules) return [];
    const comment = have ? have.comment : mark;
    return [setTable(want, { text: want.rules, ...(comment !== undefined && { comment }) }, have !== undefined)];
  },
  remove: (have) => [delTable(have)],
  async wouldShow(kernel, want) {
    const ruleset = await spelledByNft(kernel, want, want.rules);
    return ruleset === undefined ? undefined : { ruleset };
  },

  preview: () => ({}),
  adopt: ({ ruleset: _, comment: __, ...rest }) => rest,
  hangsOn: ({ namespace, ruleset }) =>
    [...ruleset.matchAll(BY_NUMBER)].flatMap(([, names = ""]) =>
      (names.match(/[\w.@-]+/g) ?? []).map((name) => ({ sort: "device" as const, namespace, name, path: ["rules"] })),
    ),
  facts: ({ namespace, family = "inet", name, rules }) => [{ says: "firewall", namespace, family, name, rules }],
  uncovered: async (kernel, namespace) =>
    (await listTables(kernel, namespace))
      .filter(({ name }) => nameFault(name) !== undefined)
      .map(({ family, name }) => `the table ${family} ${name} of nftables, whose name cannot be written in a program`),
  bearsMark: true,
  identity: [["comment"]],
  list: (kernel, query) =>
    inScope(kernel, query, async (netns) =>
      (await listTables(kernel, netns))
        .filter(({ name }) => nameFault(name) === undefined)
        .map(({ family, name }) => joinId(netns, family, name)),
    ),
});

function nameFault(name: string): string | undefined {
  if (name === "") return "must not be empty";
  if (name.length >= NAME_BYTES) return `is longer than ${NAME_BYTES - 1} bytes, the kernel's limit (NFT_NAME_MAXLEN)`;
  return NAME.test(name) ? undefined : "must be letters, digits, `_`, `.` and `-`, with a letter or `_` first";
}
