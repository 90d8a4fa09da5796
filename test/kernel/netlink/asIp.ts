import type { Address } from "../../../provider/netlink/address";
import type { Link } from "../../../provider/netlink/link";

/** Objects of the ring in the words of `ip -j -d`, so that both can be compared. */

type Row = Record<string, unknown>;

const IFF_UP = 1;
const IFF_RUNNING = 0x40;
const LINK_FLAGS = [
  ...["UP", "BROADCAST", "DEBUG", "LOOPBACK", "POINTOPOINT", "NOTRAILERS", "RUNNING", "NOARP", "PROMISC", "ALLMULTI"],
  ...["MASTER", "SLAVE", "MULTICAST", "PORTSEL", "AUTOMEDIA", "DYNAMIC", "LOWER_UP", "DORMANT", "ECHO"],
];
const STATES = ["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"];
const MACVLAN_MODES: Row = { 1: "private", 2: "vepa", 4: "bridge", 8: "passthru", 16: "source" };

export function linkAsIp(link: Link, all: readonly Link[]): Row {
  const nameOf = (index?: number) => all.find((one) => one.index === index)?.ifname;
  const isOn = (bit: number) => (link.flags & bit) !== 0;
  const peer = link.linkNetnsid === undefined ? all.find((one) => one.index === link.link) : undefined;
  const flags = [
    ...(isOn(IFF_UP) && !isOn(IFF_RUNNING) ? ["NO-CARRIER"] : []),
    ...LINK_FLAGS.filter((name, bit) => isOn(1 << bit) && name !== "RUNNING"),
    ...(peer && !(peer.flags & IFF_UP) ? ["M-DOWN"] : []),
  ];
  const { linkinfo, linkNetnsid } = link;
  const isAbroad = linkNetnsid !== undefined;
  return {
    ifindex: link.index,
    ifname: link.ifname,
    flags: flags.sort(),
    mtu: link.mtu,
    qdisc: link.qdisc,
    master: nameOf(link.master),
    operstate: STATES[link.operstate ?? 0],
    group: link.group === 0 ? "default" : String(link.group),
    txqlen: link.txqlen || undefined,
    link: isAbroad ? undefined : nameOf(link.link),
    link_index: isAbroad ? link.link : undefined,
    link_netnsid: linkNetnsid,
    address: link.address,
    broadcast: link.broadcast,
    ifalias: link.ifalias,
    altnames: link.propList,
    min_mtu: link.minMtu,
    max_mtu: link.maxMtu,
    num_tx_queues: link.numTxQueues,
    num_rx_queues: link.numRxQueues,
    linkinfo: linkinfo && {
      info_kind: linkinfo.kind,
      info_data: dataAsIp(linkinfo.kind, linkinfo.data as Row | undefined, nameOf),
      info_slave_kind: linkinfo.slaveKind,
      info_slave_data: linkinfo.slaveData && portAsIp(linkinfo.slaveData as Row),
    },
  };
}

function dataAsIp(
  kind: string | undefined,
  data: Row | undefined,
  nameOf: (index?: number) => string | undefined,
): Row | undefined {
  if (!data) return undefined;
  if (kind === "vlan") return { id: data.id, protocol: data.protocol === 0x8100 ? "802.1Q" : "802.1ad" };
  if (kind === "macvlan") return { mode: MACVLAN_MODES[String(data.mode)] };
  if (kind === "bridge")
    return {
      ...{
        forward_delay: data.forwardDelay,
        hello_time: data.helloTime,
        max_age: data.maxAge,
        priority: data.priority,
      },
      ...{ ageing_time: data.ageingTime, stp_state: data.stpState, vlan_filtering: data.vlanFiltering },
      ...{ vlan_default_pvid: data.vlanDefaultPvid, mcast_snooping: data.mcastSnooping },
    };
  if (kind !== "vxlan") return undefined;
  const { group, group6 } = data;
  return {
    ...{ id: data.id, link: nameOf(data.link as number), local: data.local, local6: data.local6, port: data.port },
    ...{ [isGroup(group) ? "group" : "remote"]: group, [isGroup(group6) ? "group6" : "remote6"]: group6 },
    ...{ ttl: data.ttl, learning: Boolean(data.learning), ageing: data.ageing },
  };
}

function isGroup(address: unknown): boolean {
  return /^(22[4-9]|23\d|ff)/.test(String(address));
}

function portAsIp(port: Row): Row {
  const states = ["disabled", "listening", "learning", "forwarding", "blocking"];
  return {
    ...{ state: states[Number(port.state)], priority: port.priority, cost: port.cost, hairpin: Boolean(port.mode) },
    ...{ guard: Boolean(port.guard), root_block: Boolean(port.protect), fastleave: Boolean(port.fastLeave) },
    ...{ learning: Boolean(port.learning), flood: Boolean(port.unicastFlood), isolated: Boolean(port.isolated) },
  };
}

const SCOPES: Row = { 0: "global", 200: "site", 253: "link", 254: "host" };

export function addressAsIp(address: Address): Row {
  const flags = address.flags ?? address.flags8;
  const isV4 = address.family === 2;
  const own = address.local ?? address.address;
  const has = (bit: number) => (flags & bit ? true : undefined);
  return {
    family: isV4 ? "inet" : "inet6",
    local: own,
    address: address.address === own ? undefined : address.address,
    prefixlen: address.prefixlen,
    broadcast: address.broadcast,
    scope: SCOPES[address.scope],
    label: address.label,
    secondary: isV4 ? has(1) : undefined,
    nodad: has(2),
    dadfailed: has(8),
    tentative: has(0x40),
    valid_life_time: address.cacheinfo?.valid,
    preferred_life_time: address.cacheinfo?.preferred,
  };
}

/** What `ip` shows, of what the ring tells as well: that has a key for each thing, undefined where there is none. */
export function ofIp(row: unknown, told: unknown): unknown {
  if (typeof told !== "object" || told === null || Array.isArray(told)) return row;
  const keys = Object.keys(told);
  return Object.fromEntries(keys.map((key) => [key, ofIp((row as Row | undefined)?.[key], (told as Row)[key])]));
}
