import { isMulticast } from "../core/ip";
import type { Address } from "../netlink/address";
import type { Link as Row } from "../netlink/link";
import { type AddressedLink, addressInfo } from "./addressRow";
import {
  BOND_NUMBERS,
  IPVLAN_FLAGS,
  IPVLAN_MODES,
  MACVLAN_MODES,
  NETKIT_MODES,
  NETKIT_POLICIES,
  VLAN_PROTOCOLS,
} from "./linkWords";
import { addressText, geneveRow, tunnelRows } from "./tunnelRow";
import { withoutUndefined } from "./withoutUndefined";

/** What the kernel tells of a link, in the words of `ip -j -d`, which are those that kinds know. */

/** A link as `ip -j -d link show` prints it, in its own words. */
export interface Link {
  ifindex: number;
  ifname: string;
  flags: string[];
  mtu: number;
  /** None is shown where it is 0. */
  txqlen?: number;
  operstate: string;
  address: string;
  ifalias?: string;
  /** A number where it has no name in /etc/iproute2/group. */
  group?: string;
  /** The other end's name, when it is in the same namespace. */
  link?: string;
  /** The other end's ifindex, when it is in another namespace. */
  link_index?: number;
  /** That namespace, as this one numbers it. */
  link_netnsid?: number;
  /** The bridge, or whatever else it is a port of. */
  master?: string;
  /** Of its type, and of that of its master. */
  linkinfo?: { info_kind?: string; info_data?: Info; info_slave_kind?: string; info_slave_data?: Info };
}

/** What a type of links has of its own. */
type Info = Record<string, number | string | boolean>;

/** A link with its addresses, as `ip -j -d addr show` prints it. */
export type Device = Link & AddressedLink & { altnames?: string[] };

/** IFF_… of linux/if.h, from the lowest bit on; RUNNING is told by the state. */
const FLAGS = [
  ...["UP", "BROADCAST", "DEBUG", "LOOPBACK", "POINTOPOINT", "NOTRAILERS", "RUNNING", "NOARP", "PROMISC", "ALLMULTI"],
  ...["MASTER", "SLAVE", "MULTICAST", "PORTSEL", "AUTOMEDIA", "DYNAMIC", "LOWER_UP", "DORMANT", "ECHO"],
];
/** IF_OPER_… of linux/if.h. */
const STATES = ["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"];

type Name = (index: number | undefined) => string | undefined;
// biome-ignore lint/suspicious/noExplicitAny: each type of links has data of its own.
type Data = any;

/** `addresses`: those of this link; `nameOf`: the name of another one of the same namespace. */
export function deviceRow(link: Row, addresses: readonly Address[] | undefined, nameOf: Name): Device {
  const { linkinfo, linkNetnsid, master, txqlen } = link;
  const isAbroad = linkNetnsid !== undefined;
  const on = isAbroad ? undefined : nameOf(link.link);
  return {
    ifindex: link.index,
    ifname: link.ifname ?? "",
    flags: FLAGS.filter((name, bit) => (link.flags & (1 << bit)) !== 0 && name !== "RUNNING"),
    mtu: link.mtu ?? 0,
    ...(txqlen && { txqlen }),
    operstate: STATES[link.operstate ?? 0] ?? "UNKNOWN",
    address: addressText(link),
    ...(link.ifalias !== undefined && { ifalias: link.ifalias }),
    ...(link.group !== undefined && { group: String(link.group) }),
    ...(on !== undefined && { link: on }),
    ...(isAbroad && link.link !== undefined && { link_index: link.link, link_netnsid: linkNetnsid }),
    ...(master !== undefined && { master: nameOf(master) ?? `if${master}` }),
    ...(link.propList?.altIfname && { altnames: link.propList.altIfname }),
    ...(linkinfo && { linkinfo: typeInfo(linkinfo, isAbroad, nameOf) }),
    addr_info: (addresses ?? []).map(addressInfo),
  };
}

function typeInfo({ kind, data, slaveKind, slaveData }: NonNullable<Row["linkinfo"]>, isAbroad: boolean, nameOf: Name) {
  return {
    ...(kind !== undefined && { info_kind: kind }),
    ...(data !== undefined && { info_data: withoutUndefined(INFO[kind ?? ""]?.(data, nameOf, isAbroad) ?? {}) }),
    ...(slaveKind !== undefined && { info_slave_kind: slaveKind }),
    ...(slaveData !== undefined && {
      info_slave_data: withoutUndefined(PORT_INFO[slaveKind ?? ""]?.(slaveData) ?? {}),
    }),
  };
}

const macvlan = ({ mode }: Data) => ({ mode: wordFor(MACVLAN_MODES, mode) });

const INFO: Record<
  string,
  (data: Data, nameOf: Name, isAbroad: boolean) => Record<string, number | string | boolean | undefined>
> = {
  vlan: ({ id, protocol }) => ({ id, protocol: wordFor(VLAN_PROTOCOLS, protocol) }),
  bond: (data, nameOf) => ({
    mode: wordFor(BOND_NUMBERS.mode, data.mode),
    miimon: data.miimon,
    updelay: data.updelay,
    downdelay: data.downdelay,
    active_slave: nameOf(data.activeSlave),
    primary: nameOf(data.primary),
    xmit_hash_policy: wordFor(BOND_NUMBERS.xmitHashPolicy, data.xmitHashPolicy),
    min_links: data.minLinks,
    ad_lacp_rate: wordFor(BOND_NUMBERS.adLacpRate, data.adLacpRate),
    ad_select: wordFor(BOND_NUMBERS.adSelect, data.adSelect),
  }),
  vrf: ({ table }) => ({ table }),
  macvlan,
  macvtap: macvlan,
  ipvlan: ({ mode, flags }) => ({
    mode: wordFor(IPVLAN_MODES, mode),
    ...{ [wordFor(IPVLAN_FLAGS, flags) ?? ""]: true },
  }),
  netkit: ({ mode, primary, policy, peerPolicy }) => ({
    ...{ mode: wordFor(NETKIT_MODES, mode), type: primary ? "primary" : "peer" },
    ...{ policy: wordFor(NETKIT_POLICIES, policy), peer_policy: wordFor(NETKIT_POLICIES, peerPolicy) },
  }),
  bridge: (data) => ({
    forward_delay: data.forwardDelay,
    hello_time: data.helloTime,
    max_age: data.maxAge,
    priority: data.priority,
    ageing_time: data.ageingTime,
    stp_state: data.stpState,
    vlan_filtering: data.vlanFiltering,
    vlan_default_pvid: data.vlanDefaultPvid,
    mcast_snooping: data.mcastSnooping,
  }),
  vxlan: ({ id, link, local, local6, port, group, group6, ttl, learning }, nameOf, isAbroad) => ({
    ...{
      id,
      link: isAbroad ? undefined : nameOf(link),
      link_index: isAbroad ? link : undefined,
      local,
      local6,
      port,
      ttl,
      learning: Boolean(learning),
    },
    ...destination(group, ""),
    ...destination(group6, "6"),
  }),
  geneve: geneveRow,
  ...tunnelRows,
  tun: ({ type, owner, group, multiQueue, persist }) => ({
    ...{ type: type === 1 ? "tun" : "tap", multi_queue: Boolean(multiQueue), persist: Boolean(persist) },
    ...{
      user: owner === undefined ? undefined : String(owner),
      group: group === undefined ? undefined : String(group),
    },
  }),
};

/** The same of a port, by the sort of what it is a port of. */
const PORT_INFO: Record<string, (port: Data) => Record<string, number | string | boolean | undefined>> = {
  bridge: (port) => ({
    ...{ cost: port.cost, priority: port.priority, hairpin: Boolean(port.mode), isolated: Boolean(port.isolated) },
    ...{ learning: Boolean(port.learning), flood: Boolean(port.unicastFlood) },
    ...{ guard: Boolean(port.guard), root_block: Boolean(port.protect) },
  }),
  bond: ({ permHwaddr, queueId }) => ({ perm_hwaddr: permHwaddr, queue_id: queueId }),
  vrf: ({ table }) => ({ table }),
};

function destination(address: string | undefined, family: string) {
  return address === undefined ? {} : { [`${isMulticast(address) ? "group" : "remote"}${family}`]: address };
}

function wordFor(numbers: Record<string, number>, number: number): string | undefined {
  return Object.keys(numbers).find((word) => numbers[word] === number);
}
