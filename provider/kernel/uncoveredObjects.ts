import { listNexthops } from "../netlink/nexthop";
import type { Looking } from "./looking";

/** What of the kernel's no kind is about at all, in words. */
export async function uncoveredObjects(kernel: Looking, netns: string | undefined): Promise<string[]> {
  const [nexthops, xfrm, tables] = await Promise.all([
    kernel.look(netns, ["ip", "nexthop", "show"], (netlink, file) => listNexthops(netlink, file)),
    kernel.look(netns, ["ip", "xfrm", "policy", "show"], (netlink, file) => netlink.countXfrm(file)),
    kernel.look(netns, ["cat", "/proc/net/ip_tables_names"], (netlink, file) => netlink.listLegacyTables(file)),
  ]);
  return [
    ...(nexthops ?? []).map(({ id }) => `the next hop ${id} (\`ip nexthop\`)`),
    ...(xfrm ? [`states and policies of IPsec (\`ip xfrm\`): ${xfrm}`] : []),
    ...(tables ?? []).map(([program, table]) => `the table ${table} of ${program} (not of nftables)`),
  ];
}
