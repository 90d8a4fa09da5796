import type { Kernel } from "./kernel";
import type { Step } from "./step";

/** The forwarding database of a VXLAN: behind which host a MAC address is. */

export interface FdbEntry {
  mac: string;
  destination: string;
}

interface FdbRow {
  mac: string;
  dst?: string;
  state?: string;
}

/** The entries that somebody has made; those that were learnt go by themselves. */
export async function showFdb(kernel: Kernel, netns: string | undefined, device: string): Promise<FdbEntry[]> {
  const rows = (await kernel.show<FdbRow>(netns, ["fdb", "show", "dev", device], "bridge")) ?? [];
  return rows.flatMap(({ mac, dst, state }) =>
    dst !== undefined && (state === "permanent" || state === "static") ? [{ mac, destination: dst }] : [],
  );
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
