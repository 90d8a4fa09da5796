import { until } from "../suites/until";
import type { LabHost } from "./labHost";
import { type Network, type Snapshot, snapshot } from "./snapshot";

/** Links with their addresses, a line for each namespace: a look that takes a tenth of what all that there is takes. */
const LOOK = "ip -j -d addr; for name in $(ls /run/netns); do ip -n $name -j -d addr; done";

/** The host once the kernel is done with what comes after a change: the states of links, the detection of duplicates. */
export function stableSnapshot(host: LabHost): Promise<Snapshot> {
  return until("rest on the host", async () => {
    const rows = (await host.run(["sh", "-c", LOOK])).split("\n").flatMap((line) => JSON.parse(line || "[]"));
    if (!rows.every((row) => isStable(row) && !hasTentative(row))) return false;
    const seen = await snapshot(host);
    const all = Object.values(seen.networks);
    return all.every(({ links, addresses }) => links.every(isStable) && !hasTentative(addresses)) && seen;
  });
}

/** One namespace of it, which must be there. */
export async function stableNetwork(host: LabHost, name: string): Promise<Network> {
  const network = (await stableSnapshot(host)).networks[name];
  if (!network) throw new Error(`There is no namespace ${name}`);
  return network;
}

/** As `lo` they have no cable that could be in or out, and so never come to say UP. */
const WITHOUT_CABLE = ["dummy", "geneve", "ifb", "vxlan"];

function isStable(link: Record<string, unknown>): boolean {
  const flags = link.flags as string[];
  const { info_kind: kind } = (link.linkinfo ?? {}) as { info_kind?: string };
  if (flags.includes("LOOPBACK") || WITHOUT_CABLE.includes(kind ?? "")) return true;
  // UNKNOWN is also the state of a tap whose carrier has just gone.
  return flags.includes("LOWER_UP") ? link.operstate === "UP" : !["UP", "UNKNOWN"].includes(String(link.operstate));
}

function hasTentative(addresses: unknown): boolean {
  return JSON.stringify(addresses).includes('"tentative":true');
}
