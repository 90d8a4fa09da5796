import type { Address } from "../../../provider/netlink/address";
import type { Link } from "../../../provider/netlink/link";
import type { Neighbor } from "../../../provider/netlink/neighbor";
import { type Qdisc, TICKS_PER_US } from "../../../provider/netlink/qdisc";
import type { Route } from "../../../provider/netlink/route";
import type { Rule } from "../../../provider/netlink/rule";

/** Objects of the ring in the words of `ip -j -d`, so that both can be compared. */

type Row = Record<string, unknown>;

const AF_INET = 2;

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
    altnames: link.propList?.altIfname,
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
  const isV4 = address.family === AF_INET;
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

/** As `ip -N -j -d` prints it. */
export function routeAsIp(route: Route, links: readonly Link[]): Row {
  const nameOf = (index?: number) => links.find((one) => one.index === index)?.ifname;
  const way = (hop: { gateway?: string | undefined; via?: string | undefined; flags: number }) => ({
    gateway: hop.gateway,
    via: hop.via === undefined ? undefined : { family: familyName(hop.via), host: hop.via },
    flags: ROUTE_FLAGS.filter((_, bit) => hop.flags & (1 << bit)),
  });
  const most = route.family === AF_INET ? 32 : 128;
  const prefix = route.dstLen === most ? route.dst : `${route.dst}/${route.dstLen}`;
  return {
    type: String(route.type),
    dst: route.dst === undefined ? "default" : prefix,
    ...way(route),
    dev: nameOf(route.oif),
    table: String(route.table ?? route.table8),
    protocol: String(route.protocol),
    scope: String(route.scope),
    prefsrc: route.prefsrc,
    metric: route.priority,
    metrics: route.metrics && [metricsAsIp(route.metrics)],
    nexthops: route.multipath?.map((hop) => ({
      ...way({ flags: 0, ...hop }),
      dev: nameOf(hop.index),
      weight: (hop.hops ?? 0) + 1,
    })),
  };
}

const ROUTE_FLAGS = ["dead", "pervasive", "onlink", "offload", "linkdown", "unresolved", "trap"];

function metricsAsIp({ mtu, advmss, hoplimit }: NonNullable<Route["metrics"]>): Row {
  return { mtu, advmss, hoplimit };
}

function familyName(address: string): string {
  return address.includes(":") ? "inet6" : "inet";
}

const RULE_ACTIONS: Row = { 6: "6", 7: "7", 8: "8" };

/** As `ip -N -j rule` prints it. */
export function ruleAsIp(rule: Rule): Row {
  const most = rule.family === AF_INET ? 32 : 128;
  const hex = (value?: number) => (value === undefined ? undefined : `0x${value.toString(16)}`);
  const length = (bits: number) => (bits === most || bits === 0 ? undefined : bits);
  return {
    priority: rule.priority ?? 0,
    src: rule.src ?? "all",
    srclen: length(rule.srcLen),
    dst: rule.dst,
    dstlen: length(rule.dstLen),
    iif: rule.iifname,
    oif: rule.oifname,
    fwmark: hex(rule.fwmark || undefined),
    fwmask: rule.fwmark && rule.fwmask !== 0xffffffff ? hex(rule.fwmask) : undefined,
    table: rule.action === 1 ? String(rule.table ?? rule.table8) : undefined,
    action: RULE_ACTIONS[rule.action],
  };
}

/** As `ip -j neigh` and `bridge -j fdb` print it, but for the state of that. */
export function neighborAsIp(neighbor: Neighbor, links: readonly Link[]): Row {
  const flag = (bit: number) => (neighbor.flags & bit ? null : undefined);
  return {
    dst: neighbor.dst,
    dev: links.find((one) => one.index === neighbor.index)?.ifname,
    lladdr: neighbor.lladdr,
    router: flag(0x80),
    proxy: flag(8),
    state: neighbor.flags & 8 ? undefined : NUD_STATES.filter((_, bit) => neighbor.state & (1 << bit)),
  };
}

const NUD_STATES = ["INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "NOARP", "PERMANENT"];

/** What `ip` shows, of what the ring tells as well: that has a key for each thing, undefined where there is none. */
export function ofIp(row: unknown, told: unknown): unknown {
  if (Array.isArray(row) && Array.isArray(told)) return row.map((one, index) => ofIp(one, told[index]));
  if (typeof told !== "object" || told === null || Array.isArray(told)) return row;
  const keys = Object.keys(told);
  return Object.fromEntries(keys.map((key) => [key, ofIp((row as Row | undefined)?.[key], (told as Row)[key])]));
}

/** As `tc -j -r qdisc` prints it. */
export function qdiscAsTc(qdisc: Qdisc, links: readonly Link[]): Row {
  const { handle, parent } = qdisc;
  return {
    kind: qdisc.kind,
    handle: `${(handle >>> 16).toString(16)}:`,
    dev: links.find((one) => one.index === qdisc.index)?.ifname,
    root: parent === 0xffffffff ? true : undefined,
    parent: parent === 0xffffffff ? undefined : `${(parent >>> 16).toString(16)}:${(parent & 0xffff).toString(16)}`,
    options: optionsAsTc(qdisc),
  };
}

function optionsAsTc({ kind, options }: Qdisc): Row {
  // biome-ignore lint/suspicious/noExplicitAny: each kind has options of its own.
  const of = (options ?? {}) as any;
  const seconds = (nanoseconds = 0) => nanoseconds / 1e9;
  const share = (value = 0) => Number((value / 0xffffffff).toPrecision(6));
  switch (kind) {
    case "tbf": {
      const { rate = 0, buffer = 0, limit } = of.parms ?? {};
      return { rate: of.rate64 ?? rate, burst: Math.floor((rate * (buffer / TICKS_PER_US)) / 1e6), limit };
    }
    case "htb": {
      const { rate2quantum, defcls = 0 } = of.init ?? {};
      return { r2q: rate2quantum, default: `0x${defcls.toString(16)}`, direct_qlen: of.directQlen };
    }
    case "netem":
      return {
        limit: of.limit,
        delay: of.latency
          ? { delay: seconds(of.latency64), jitter: seconds(of.jitter64), correlation: share(of.corr?.delay) }
          : undefined,
        "loss-random": of.loss ? { loss: share(of.loss), correlation: share(of.corr?.loss) } : undefined,
        duplicate: of.duplicate
          ? { duplicate: share(of.duplicate), correlation: share(of.corr?.duplicate) }
          : undefined,
        reorder: of.reorder && { reorder: share(of.reorder.probability), correlation: share(of.reorder.correlation) },
        corrupt: of.corrupt && { corrupt: share(of.corrupt.probability), correlation: share(of.corrupt.correlation) },
        rate: of.rate && { rate: of.rate64 ?? of.rate.rate },
      };
    case "fq_codel":
      return {
        limit: of.limit,
        flows: of.flows,
        quantum: of.quantum,
        target: of.target,
        interval: of.interval,
        memory_limit: of.memoryLimit,
        ecn: of.ecn ? true : undefined,
      };
    case "codel":
      return { limit: of.limit, target: of.target, interval: of.interval, ecn: of.ecn ? true : undefined };
    case "fq":
      return {
        limit: of.plimit,
        flow_limit: of.flowPlimit,
        quantum: of.quantum,
        initial_quantum: of.initialQuantum,
        maxrate: of.flowMaxRate,
        buckets: 2 ** Number(of.bucketsLog),
      };
    case "sfq":
      return {
        limit: of.limit,
        quantum: of.quantum,
        depth: of.depth,
        divisor: of.divisor,
        perturb: of.perturbPeriod || undefined,
      };
    case "prio":
      return { bands: Buffer.from(options as Uint8Array).readInt32LE(0) };
    default:
      return { limit: of.limit };
  }
}
