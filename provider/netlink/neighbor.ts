import { be16, ip, mac, s32, struct, Table, u8, u16, u32 } from "./attributes";
import { Format, NLM_F } from "./message";
import type { Netlink } from "./netlink";

export const RTM_NEIGH = { newneigh: 28, delneigh: 29, getneigh: 30 };

/** struct ndmsg and NDA_… of linux/neighbour.h: entries of neighbour tables, and with the family AF_BRIDGE of an FDB. */
export const NEIGHBOR = new Format(
  struct({ family: u8, _1: u8, _2: u16, index: s32, state: u16, flags: u8, type: u8 }),
  new Table("NDA_", {
    dst: [1, ip],
    lladdr: [2, mac],
    vlan: [5, u16],
    port: [6, be16],
    vni: [7, u32],
    /** Of what is asked for: the device whose entries are meant. */
    ifindex: [8, u32],
    master: [9, u32],
    linkNetnsid: [10, s32],
    srcVni: [11, u32],
    protocol: [12, u8],
    nhId: [13, u32],
    flagsExt: [15, u32],
  }),
);
export type NeighborValues = Parameters<typeof NEIGHBOR.request>[2];
export type Neighbor = ReturnType<typeof NEIGHBOR.read>;

/** NUD_… and NTF_… of linux/neighbour.h. */
export const NUD = { incomplete: 1, reachable: 2, noarp: 0x40, permanent: 0x80 } as const;
export const NTF = { self: 2, master: 4, proxy: 8, learnt: 0x10, router: 0x80 } as const;

/** In the place of any that is there: what the kernel has learnt is no more than a guess. */
export function setNeighbor(neighbor: NeighborValues) {
  return NEIGHBOR.request(RTM_NEIGH.newneigh, NLM_F.create | NLM_F.replace, neighbor);
}

export function delNeighbor(neighbor: NeighborValues) {
  return NEIGHBOR.request(RTM_NEIGH.delneigh, 0, neighbor);
}

/** All of a family, or those of a device; with NTF_PROXY those that this host answers for, and no others. */
export function listNeighbors(
  netlink: Netlink,
  netns: string | undefined,
  { family, index, flags }: Pick<NeighborValues, "family" | "index" | "flags">,
): Promise<Neighbor[]> {
  const only = { family: family ?? 0, flags: flags ?? 0, ifindex: index };
  return netlink.dump(netns, NEIGHBOR.request(RTM_NEIGH.getneigh, 0, only), NEIGHBOR.read);
}
