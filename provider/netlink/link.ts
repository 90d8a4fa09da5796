import { by, nested, string, Table } from "./attributes";
import { bridge } from "./link/bridge";
import { bridgePort } from "./link/bridgePort";
import { ifinfomsg, linkTable } from "./link/common";
import { macvlan } from "./link/macvlan";
import { tun } from "./link/tun";
import { veth } from "./link/veth";
import { vlan } from "./link/vlan";
import { vxlan } from "./link/vxlan";
import { Format, NetlinkError, NLM_F } from "./message";
import type { Netlink } from "./netlink";

const RTM = { newlink: 16, dellink: 17, getlink: 18 };
/** RTEXT_FILTER_SKIP_STATS. */
const SKIP_STATS = 8;

/** The sorts of links that have something of their own, by the kernel's name. */
const DATA = { bridge, macvlan, tun, veth, vlan, vxlan };
const linkinfo = new Table("IFLA_INFO_", {
  kind: [1, string],
  data: [2, by("kind", DATA)],
  slaveKind: [4, string],
  slaveData: [5, by("slaveKind", { bridge: bridgePort })],
});

const LINK = new Format(ifinfomsg, new Table("IFLA_", { ...linkTable.fields, linkinfo: [18, nested(linkinfo)] }));
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

/** The link of this index or name, another one that it has as well; undefined where there is none. */
export function findLink(
  netlink: Netlink,
  netns: string | undefined,
  which: Pick<LinkValues, "index" | "ifname" | "altIfname">,
): Link | undefined {
  try {
    return netlink.ask(netns, LINK.request(RTM.getlink, 0, { ...which, extMask: SKIP_STATS }), LINK.read)[0];
  } catch (error) {
    if (error instanceof NetlinkError && error.code === "ENODEV") return undefined;
    throw error;
  }
}
