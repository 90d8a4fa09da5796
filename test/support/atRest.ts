import type { LabHost } from "./labHost";
import { type Network, type Snapshot, snapshot } from "./snapshot";
import { until } from "./until";

/** Links with their addresses, a line for each namespace: a look that takes a tenth of what all that there is takes. */
const LOOK = "ip -j -d addr; for name in $(ls /run/netns); do ip -n $name -j -d addr; done";

/** The host once the kernel is done with what comes after a change: the states of links, the detection of duplicates. */
export function atRest(host: LabHost): Promise<Snapshot> {
  return until("rest on the host", async () => {
    const rows = (await host.run(["sh", "-c", LOOK])).split("\n").flatMap((line) => JSON.parse(line || "[]"));
    if (!rows.every((row) => isAtRest(row) && !hasTentative(row))) return false;
    const seen = await snapshot(host);
    const all = Object.values(seen.networks);
    return all.every(({ links, addresses }) => links.every(isAtRest) && !hasTentative(addresses)) && seen;
  });
}

/** One namespace of it, which must be there. */
export async function networkAtRest(host: LabHost, name: string): Promise<Network> {
  const network = (await atRest(host)).networks[name];
  if (!network) throw new Error(`There is no namespace ${name}`);
  return network;
}

/** `lo` and VXLANs have no cable that could be in or out, and so never come to say UP. */
function isAtRest(link: Record<string, unknown>): boolean {
  const flags = link.flags as string[];
  const { info_kind: kind } = (link.linkinfo ?? {}) as { info_kind?: string };
  return flags.includes("LOOPBACK") || kind === "vxlan" || flags.includes("LOWER_UP") === (link.operstate === "UP");
}

function hasTentative(addresses: unknown): boolean {
  return JSON.stringify(addresses).includes('"tentative":true');
}
