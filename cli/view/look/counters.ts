import { netnsPath } from "../../../provider/kernel/netnsPath";
import { IFF_UP, listCounters } from "../../../provider/netlink/link";
import type { Netlink } from "../../../provider/netlink/netlink";
import type { Counted, Counters } from "../protocol";

/** IFF_LOWER_UP of linux/if.h. */
const IFF_LOWER_UP = 0x10000;

/** What has gone over each device of these hosts; a host that is not there has none. */
export async function readCounters(netlink: Netlink, hosts: readonly string[]): Promise<Counters> {
  const at = Date.now();
  const read = await Promise.all(hosts.map(async (host) => [host, await countersOf(netlink, host)] as const));
  return { at, hosts: Object.fromEntries(read) };
}

async function countersOf(netlink: Netlink, host: string): Promise<Record<string, Counted>> {
  const links = await listCounters(netlink, host === "" ? undefined : netnsPath(host)).catch(() => []);
  return Object.fromEntries(
    links.map(({ ifname = "", flags, stats64 }): [string, Counted] => {
      const { rxBytes = 0, txBytes = 0, rxPackets = 0, txPackets = 0 } = stats64 ?? {};
      return [ifname, [(flags & IFF_UP) !== 0, (flags & IFF_LOWER_UP) !== 0, rxBytes, txBytes, rxPackets, txPackets]];
    }),
  );
}
