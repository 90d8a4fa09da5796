import { appendFdb, delFdb, listFdb } from "../netlink/fdb";
import type { Request } from "../netlink/message";
import { type NeighborValues, NTF, NUD } from "../netlink/neighbor";
import { namesOf } from "./link";
import type { Looking } from "./looking";
import type { Step } from "./step";
import type { Place, Words } from "./words";

/** The forwarding database of a VXLAN: behind which host a MAC address is. */

export interface FdbEntry {
  mac: string;
  destination: string;
}

/** The entries that somebody has made; those that were learnt go by themselves. */
export async function showFdb(kernel: Looking, netns: string | undefined, device: string): Promise<FdbEntry[]> {
  const all = await kernel.look(netns, ["bridge", "fdb", "show"], async (netlink, file) => {
    const [entries, nameOf] = await Promise.all([listFdb(netlink, file), namesOf(kernel, netns)]);
    return entries.flatMap(({ index, lladdr, dst, state }) => {
      const isMade = (state & (NUD.permanent | NUD.noarp)) !== 0;
      return isMade && lladdr !== undefined && dst !== undefined
        ? [{ device: nameOf(index), entry: { mac: lladdr, destination: dst } }]
        : [];
    });
  });
  return (all ?? []).flatMap((one) => (one.device === device ? [one.entry] : []));
}

/** The entries of bridges that somebody has made: behind which port a MAC address is. */
export async function showStaticFdb(
  kernel: Looking,
  netns: string | undefined,
): Promise<{ mac: string; device: string }[]> {
  const all = await kernel.look(netns, ["bridge", "fdb", "show", "static"], async (netlink, file) => {
    const [entries, nameOf] = await Promise.all([listFdb(netlink, file), namesOf(kernel, netns)]);
    return entries.flatMap(({ index, lladdr, state, flags, master }) =>
      (state & NUD.noarp) !== 0 &&
      master !== undefined &&
      (flags & (NTF.self | NTF.learnt)) === 0 &&
      lladdr !== undefined
        ? [{ mac: lladdr, device: nameOf(index) }]
        : [],
    );
  });
  return all ?? [];
}

/** The steps from the entries `have` to `want`. */
export function setFdb(
  { netns, device }: { netns: string | undefined; device: string },
  want: readonly FdbEntry[],
  have: readonly FdbEntry[],
): Step[] {
  const lacks = (list: readonly FdbEntry[]) => (entry: FdbEntry) =>
    !list.some(({ mac, destination }) => mac === entry.mac && destination === entry.destination);
  const step =
    (verb: string, what: string) =>
    (entry: FdbEntry): Step => ({
      netns,
      argv: ["bridge", "fdb", verb, entry.mac, "dev", device, "dst", entry.destination],
      what: `${what} the entry of ${entry.mac}`,
      property: ["fdb"],
    });
  // An address of one station has one destination: the old one goes first.
  return [
    ...have.filter(lacks(want)).map(step("del", "remove")),
    ...want.filter(lacks(have)).map(step("append", "add")),
  ];
}

/** `bridge fdb` as a request to the kernel. */
export function fdbRequest(words: Words, place: Place): Request {
  const verb = words.next();
  if (verb !== "append" && verb !== "del") throw new Error(`there is no \`bridge fdb ${verb}\` here`);
  const values: NeighborValues = { lladdr: words.next(), flags: NTF.self, state: NUD.permanent };
  const to = words.into(values);
  words.each({ dev: to("index", place.index), dst: to("dst") });
  return verb === "append" ? appendFdb(values) : delFdb(values);
}
