import { by, nested, string, struct, Table, u32, u64 } from "./attributes";
import { bond, bondPort } from "./link/bond";
import { bridge } from "./link/bridge";
import { bridgePort } from "./link/bridgePort";
import { ifinfomsg, linkTable } from "./link/common";
import { geneve } from "./link/geneve";
import { gre } from "./link/gre";
import { ip6tnl, iptun } from "./link/iptun";
import { ipvlan } from "./link/ipvlan";
import { macvlan } from "./link/macvlan";
import { netkit } from "./link/netkit";
import { tun } from "./link/tun";
import { veth } from "./link/veth";
import { vlan } from "./link/vlan";
import { vrf, vrfPort } from "./link/vrf";
import { vxlan } from "./link/vxlan";
import { Format, NetlinkError, NLM_F } from "./message";
import type { Netlink } from "./netlink";

const RTM = { newlink: 16, dellink: 17, getlink: 18 };
/** RTEXT_FILTER_SKIP_STATS. */
const SKIP_STATS = 8;

/** The sorts of links that have something of their own, by the kernel's name. */
const TUNNELS = { gre, gretap: gre, ip6gre: gre, ip6gretap: gre, ipip: iptun, sit: iptun, ip6tnl };
const LINKS = { bond, bridge, ipvlan, macvlan, macvtap: macvlan, netkit, tun, veth, vlan, vrf, vxlan };
const DATA = { ...LINKS, geneve, ...TUNNELS };
/** The same of their ports. */
const PORT_DATA = { bond: bondPort, bridge: bridgePort, vrf: vrfPort };
const linkinfo = new Table("IFLA_INFO_", {
  kind: [1, string],
  data: [2, by("kind", DATA)],
  slaveKind: [4, string],
  slaveData: [5, by("slaveKind", PORT_DATA)],
});

export const LINK = new Format(
  ifinfomsg,
  new Table("IFLA_", { ...linkTable.fields, linkinfo: [18, nested(linkinfo)] }),
);
export type LinkValues = Parameters<typeof LINK.request>[2];
export type Link = ReturnType<typeof LINK.read>;

/** IFF_UP of linux/if.h. */
export const IFF_UP = 1;

export function addLink(link: LinkValues) {
  return LINK.request(RTM.newlink, NLM_F.create | NLM_F.excl, link);
}

/** By index, or else by name. */
export function setLink(link: LinkValues) {
  return LINK.request(RTM.newlink, 0, link);
}

export function delLink(link: Pick<LinkValues, "index" | "ifname">) {
  return LINK.request(RTM.dellink, 0, link);
}

/** All links, or those of one kind or of one master. */
export function listLinks(
  netlink: Netlink,
  netns?: string,
  only: Pick<LinkValues, "master" | "linkinfo"> = {},
): Promise<Link[]> {
  return netlink.dump(netns, LINK.request(RTM.getlink, 0, { ...only, extMask: SKIP_STATS }), LINK.read);
}

/** The index alone, which is all that most requests want to know. */
export function indexOf(netlink: Netlink, netns: string | undefined, name: string): number | undefined {
  return answered(() => netlink.ask(netns, LINK.request(RTM.getlink, 0, question(name)), LINK.readHeader)[0]?.index);
}

/** More bytes than that has no name but another one that a link has as well (IFNAMSIZ). */
const LONGEST_NAME = 15;

/** The link of this index or name, be it another one that it has as well; undefined where there is none. */
export function findLink(netlink: Netlink, netns: string | undefined, which: number | string): Link | undefined {
  const by = typeof which === "number" ? { index: which } : question(which);
  const request = LINK.request(RTM.getlink, 0, { ...by, extMask: SKIP_STATS });
  return answered(() => netlink.ask(netns, request, LINK.read)[0]);
}

function question(name: string): LinkValues {
  const by = Buffer.byteLength(name) > LONGEST_NAME ? { altIfname: name } : { ifname: name };
  return { ...by, extMask: SKIP_STATS };
}

function answered<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof NetlinkError && error.code === "ENODEV") return undefined;
    throw error;
  }
}

/** struct rtnl_link_stats64 of linux/if_link.h, as far as it is of use. */
const stats64 = struct({
  ...{ rxPackets: u64, txPackets: u64, rxBytes: u64, txBytes: u64 },
  ...{ rxErrors: u64, txErrors: u64, rxDropped: u64, txDropped: u64 },
});
const COUNTED = new Format(
  ifinfomsg,
  new Table("IFLA_", { ifname: [3, string], extMask: [29, u32], stats64: [23, stats64] }),
);

/** What has gone over each link of a namespace since it was made. */
export function listCounters(netlink: Netlink, netns?: string) {
  return netlink.dump(netns, COUNTED.request(RTM.getlink, 0, { extMask: 0 }), COUNTED.read);
}
