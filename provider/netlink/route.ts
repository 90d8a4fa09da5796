import { type Codec, ip, nested, struct, Table, u8, u16, u32 } from "./attributes";
import { familyOf, ipBytes } from "./ip";
import { Format, NetlinkError, NLM_F } from "./message";
import type { Netlink } from "./netlink";

const RTM = { newroute: 24, delroute: 25, getroute: 26 };

/** A gateway with its family, which may be another one than the destination's. */
const via: Codec<string> = {
  write(to, value) {
    to.u16(familyOf(value));
    to.bytes(ipBytes(value));
  },
  read(from, whole) {
    from.u16();
    return ip.read(from, whole);
  },
};

/** One of several ways, with struct rtnexthop, which looks like an attribute: `hops` is its weight less one. */
interface NextHop {
  index: number;
  hops: number;
  flags: number;
  gateway?: string | undefined;
  via?: string | undefined;
}
const HOP = new Table("RTA_", { gateway: [5, ip], via: [18, via] });
const nexthops: Codec<Partial<NextHop>[]> = {
  write(to, hops) {
    for (const hop of hops)
      to.attribute((hop.flags ?? 0) | ((hop.hops ?? 0) << 8), () => {
        to.s32(hop.index ?? 0);
        HOP.write(to, hop);
      });
  },
  read(from) {
    const found: NextHop[] = [];
    for (let next = from.attribute(); next; next = from.attribute()) {
      const { type, value } = next;
      found.push({ flags: type & 0xff, hops: type >> 8, index: value.s32(), ...HOP.read(value) });
    }
    return found;
  },
};

/** RTAX_… of linux/rtnetlink.h. */
const metrics = new Table("RTAX_", {
  lock: [1, u32],
  mtu: [2, u32],
  window: [3, u32],
  advmss: [8, u32],
  hoplimit: [10, u32],
  initcwnd: [11, u32],
  initrwnd: [14, u32],
});

/** struct rtmsg and RTA_… of linux/rtnetlink.h; `table8` is as much of the table as had room once. */
export const ROUTE = new Format(
  struct({ family: u8, dstLen: u8, srcLen: u8, tos: u8, table8: u8, protocol: u8, scope: u8, type: u8, flags: u32 }),
  new Table("RTA_", {
    dst: [1, ip],
    src: [2, ip],
    iif: [3, u32],
    oif: [4, u32],
    gateway: [5, ip],
    priority: [6, u32],
    prefsrc: [7, ip],
    metrics: [8, nested(metrics)],
    multipath: [9, nexthops],
    table: [15, u32],
    mark: [16, u32],
    via: [18, via],
    pref: [20, u8],
    encapType: [21, u16],
    expires: [23, u32],
    nhId: [30, u32],
  }),
);
export type RouteValues = Parameters<typeof ROUTE.request>[2];
export type Route = ReturnType<typeof ROUTE.read>;

/** Not where there is one of the same destination, table and metric. */
export function addRoute(route: RouteValues) {
  return ROUTE.request(RTM.newroute, NLM_F.create | NLM_F.excl, route);
}

/** In the place of the one of the same destination, table and metric, which must be there. */
export function changeRoute(route: RouteValues) {
  return ROUTE.request(RTM.newroute, NLM_F.replace, route);
}

/** The first that has all of this. */
export function delRoute(route: RouteValues) {
  return ROUTE.request(RTM.delroute, 0, route);
}

/** RTM_F_LOOKUP_TABLE of linux/rtnetlink.h: the answer tells the table that it is from. */
const LOOKUP_TABLE = 0x1000;

/** The way that the kernel would send a packet, or with `iif` what it would do with one that came in there. */
export function findRoute(
  netlink: Netlink,
  netns: string | undefined,
  { dst, src, ...more }: Pick<RouteValues, "src" | "iif" | "oif" | "mark"> & { dst: string },
): Route | undefined {
  const family = familyOf(dst);
  const bits = 8 * ipBytes(dst).length;
  const question = { family, dst, dstLen: bits, ...(src !== undefined && { src, srcLen: bits }), ...more };
  return netlink.ask(netns, ROUTE.request(RTM.getroute, 0, { ...question, flags: LOOKUP_TABLE }), ROUTE.read)[0];
}

/** All of a family, or those of one table, device, protocol or type; none where there is no such table. */
export async function listRoutes(
  netlink: Netlink,
  netns: string | undefined,
  only: Pick<RouteValues, "family" | "table" | "oif" | "protocol" | "type">,
): Promise<Route[]> {
  try {
    return await netlink.dump(netns, ROUTE.request(RTM.getroute, 0, only), ROUTE.read);
  } catch (error) {
    if (error instanceof NetlinkError && error.code === "ENOENT" && only.table !== undefined) return [];
    throw error;
  }
}
