import { struct, Table, u8, u32 } from "./attributes";
import { Format } from "./message";
import type { Netlink } from "./netlink";

const RTM_GETNEXTHOP = 106;

/** struct nhmsg of linux/nexthop.h and NHA_…: next hops that routes name by a number. */
const NEXTHOP = new Format(
  struct({ family: u8, scope: u8, protocol: u8, _1: u8, flags: u32 }),
  new Table("NHA_", { id: [1, u32] }),
);

export function listNexthops(netlink: Netlink, netns: string | undefined) {
  return netlink.dump(netns, NEXTHOP.request(RTM_GETNEXTHOP, 0, {}), NEXTHOP.read);
}
