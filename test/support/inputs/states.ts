import { familyOf, networkOf, parseCidr } from "../../../provider/core/ip";
import { getAt, type Json, mapLeaves } from "../../../provider/core/values";
import { type Mode, monitorOf } from "../../../provider/kernel/bond";
import { kinds } from "../../../provider/resources";
import type { Kind } from "../../../provider/resources/kind";

const NO_NETEM = {
  ...{ delay: "0us", jitter: "0us", correlation: "0%", loss: "0%", duplicate: "0%", corrupt: "0%", reorder: "0%" },
  ...{ rate: "0bit", limit: 1000 },
};
/** What kinds of qdisc have by themselves. */
const OPTIONS: Record<string, Json> = {
  fq_codel: { limit: 10240, flows: 1024, target: "5ms", interval: "100ms", quantum: 1514, ecn: true },
  htb: { default: "0", r2q: 10, directQueueLength: 1000 },
  pfifo: { limit: 1000 },
  bfifo: { limit: 1514000 },
};
const NEW = { mac: "02:00:00:00:00:01", mtu: 1500, ifindex: 2 };

const states: Record<string, (inputs: Json) => Json> = {
  Namespace: (inputs) => ({ path: `/run/netns/${inputs.name}`, inode: 4026531840, ...inputs }),
  VethPair: ({ a, b }) => ({ a: endState(a as Json, 2), b: endState(b as Json, 3) }),
  Netkit: ({ a, b, ...rest }) => {
    const [one, other] = [a, b].map((end, index) => ({ policy: "forward", ...endState(end as Json, 2 + index) }));
    return { a: one, b: other, mode: "l3", primary: "a", ...rest };
  },
  Bridge: (inputs) => ({
    ...NEW,
    ...{ stp: false, forwardDelay: 1500, helloTime: 200, maxAge: 2000, ageingTime: 30_000, priority: 32768 },
    ...{ vlanFiltering: false, defaultPvid: 1, mcastSnooping: true, vlans: [{ vid: 1, pvid: true, untagged: true }] },
    ...inputs,
  }),
  Dummy: (inputs) => ({ ...NEW, ...inputs }),
  Ifb: (inputs) => ({ ...NEW, ...inputs }),
  Macvtap: (inputs) => ({ ...NEW, mode: "vepa", tapDevice: "/dev/tap2", ...inputs }),
  Ipvlan: (inputs) => ({ ...NEW, mode: "l3", flag: "bridge", ...inputs }),
  Macvlan: (inputs) => ({ ...NEW, mode: "vepa", ...inputs }),
  Bond: (inputs) => ({
    ...{
      ...NEW,
      mode: "balance-rr",
      miimon: monitorOf(inputs.mode as Mode),
      updelay: 0,
      downdelay: 0,
      xmitHashPolicy: "layer2",
    },
    ...{ lacpRate: "slow", adSelect: "stable", minLinks: 0 },
    ...inputs,
  }),
  BondPort: (inputs) => inputs,
  Vrf: (inputs) => ({ ...NEW, mtu: 65575, ...inputs }),
  VrfPort: (inputs) => ({ table: 10, ...inputs }),
  Vlan: (inputs) => ({ ...NEW, protocol: "802.1Q", ...inputs }),
  Vxlan: (inputs) => ({ ...NEW, ttl: 0, learning: true, fdb: [], ...inputs }),
  Geneve: (inputs) => ({ ...NEW, port: 6081, ttl: 0, tos: 0, df: "unset", ...inputs }),
  Tunnel: (inputs) => {
    const { mac, ...rest } = NEW;
    const is6 = String(inputs.mode).startsWith("ip6");
    return {
      ...{ ...rest, ...(String(inputs.mode).endsWith("tap") && { mac }), tos: 0 },
      ...(is6 ? { ttl: 64, encapLimit: 4 } : { ttl: "inherit", pmtudisc: true }),
      ...inputs,
    };
  },
  Tap: (inputs) => {
    const { mac, ...own } = { ...NEW, multiQueue: false, ...inputs };
    return inputs.mode === "tun" ? own : { mac, ...own };
  },
  BridgePort: (inputs) => ({
    ...{ cost: 2, priority: 32, hairpin: false, isolated: false, learning: true, flood: true, guard: false },
    ...{ rootBlock: false, vlans: [{ vid: 1, pvid: true, untagged: true }] },
    ...inputs,
  }),
  OvsBridge: (inputs) => ({
    ...NEW,
    ...{ datapathType: "system", failMode: "standalone", stp: false, otherConfig: {}, uuid: "u" },
    ...inputs,
  }),
  OvsPort: (inputs) => ({
    ...{ type: "system", tag: 0, trunks: [], vlanMode: inputs.tag ? "access" : "trunk" },
    ...{ options: {}, ofport: 1, uuid: "u" },
    ...(inputs.type === "internal" && { mac: NEW.mac, mtu: NEW.mtu }),
    ...inputs,
  }),
  Address: (inputs) => {
    const cidr = parseCidr(String(inputs.address));
    const own = cidr?.family === "inet" ? { label: inputs.device, scope: "global" } : { noDad: false };
    return { ...own, family: cidr?.family, network: cidr && networkOf(cidr.address, cidr.prefixLength), ...inputs };
  },
  Sysctl: (inputs) => ({ previousValue: "0", ...inputs }),
  LinkSettings: ({ namespace, device, ...given }) => {
    const offloads = { tx: true, rx: true, tso: true, gso: true, gro: false, ...(given.offloads as Json) };
    const settings = { up: true, mtu: 1500, mac: "02:00:00:00:00:01", txQueueLength: 1000, ...given, offloads };
    const previous = mapLeaves(given, (_, path) => getAt(settings, path));
    return { ...(namespace !== undefined && { namespace }), device, ...settings, previous };
  },
  Neighbor: (inputs) => ({ proxy: false, router: false, family: familyOf(String(inputs.address)), ...inputs }),
  Qdisc: ({ kind, netem, tbf, options, ...rest }) => ({
    ...{ handle: "8001:", parent: "root", kind, ...rest },
    ...(kind === "netem" && { netem: { ...NO_NETEM, ...(netem as Json) } }),
    ...(kind === "tbf" && { tbf: { limit: "64kb", latency: "10ms", ...(tbf as Json) } }),
    ...(kind !== "netem" && kind !== "tbf" && { options: { ...OPTIONS[String(kind)], ...(options as Json) } }),
  }),
  Reachability: (inputs) => ({ address: "10.0.0.2", heard: "an answer from 10.0.0.2", rttMs: 0.05, ...inputs }),
  Firewall: (inputs) => ({ ruleset: "chain in {\n}", comment: "pulumi:lab/dev/fw:0123", ...inputs }),
  Process: (inputs) => ({
    ...{ cwd: "/", logBytes: 1_048_576, stopSignal: "TERM", stopTimeoutMs: 10_000, log: "/run/x/log" },
    ...((inputs.running ?? true) === true && { pid: 4242 }),
    running: true,
    ...inputs,
  }),
  Rule: (inputs) => ({ action: "lookup", ...((inputs.action ?? "lookup") === "lookup" && { table: 254 }), ...inputs }),
  Route: (inputs) => {
    const family = familyOf(String(inputs.destination));
    const isUnicast = (inputs.type ?? "unicast") === "unicast";
    const nexthops = inputs.nexthops as Json[] | undefined;
    const scope = inputs.gateway || nexthops ? "global" : "link";
    return {
      ...{ metric: family === "inet6" ? 1024 : 0, table: 254, type: "unicast", family },
      ...(isUnicast && family === "inet" && { scope }),
      ...(isUnicast && !nexthops && { device: "eth0", onLink: false }),
      ...inputs,
      ...(nexthops && { nexthops: nexthops.map((hop) => ({ device: "eth0", weight: 1, ...hop })) }),
    };
  },
};

function endState(inputs: Json, ifindex: number): Json {
  return { mac: "02:00:00:00:00:01", mtu: 1500, ifindex, operState: "UP", ...inputs };
}

/** Outputs as the kernel could show them for these inputs. */
export function stateFor(kind: Kind, inputs: Json): Json {
  return states[kind.type]?.(inputs) ?? {};
}

export function kindNamed(type: string): Kind {
  const kind = kinds.find((one) => one.type === type);
  if (!kind) throw new Error(`no kind ${type}`);
  return kind;
}
