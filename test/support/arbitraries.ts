import fc from "fast-check";
import { parse } from "../../provider/core/check";
import { ifName, netnsName } from "../../provider/core/fields";
import { canonicalIp, familyOf, networkOf, parseCidr } from "../../provider/core/ip";
import { getAt, type Json, mapLeaves } from "../../provider/core/values";
import { kinds } from "../../provider/resources";
import type { Kind } from "../../provider/resources/kind";

/** Values as programs write them, for fast-check. */

/** Any text that UTF-8 can hold: every sort of letter, blank and control character. */
const letter = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xd7ff }) },
);
export const texts = fc.string({ unit: letter.map((code) => String.fromCharCode(code)), maxLength: 20 });

const WORD = fc.stringMatching(/^[A-Za-z0-9_@=+,][A-Za-z0-9_.@=+,-]{0,13}$/);
/** Letters of two and four bytes as well: what counts is bytes. */
const WIDE = fc.string({ unit: fc.constantFrom("a", "0", ".", "é", "ß", "日", "🚀"), minLength: 1, maxLength: 6 });

const deviceName = ifName();
const netns = netnsName();
export const ifNames = fc.oneof(WORD, WIDE).filter((name) => deviceName.safeParse(name).success);
export const netnsNames = fc.oneof(WORD, WIDE).filter((name) => netns.safeParse(name).success);
export const netnsRefs = fc.oneof(
  netnsNames,
  netnsNames.map((name) => `/run/netns/${name}`),
  fc.nat().map((pid) => `/proc/${pid}/ns/net`),
);
export const macs = fc
  .tuple(fc.nat(63), fc.uint8Array({ minLength: 5, maxLength: 5 }))
  .map(([first, rest]) => [first * 4 + 2, ...rest].map((byte) => byte.toString(16).padStart(2, "0")).join(":"));
const mtus = fc.integer({ min: 68, max: 65535 });

/** Every way to write an address that fast-check knows, also those that no device can have. */
export const ips = fc.oneof(fc.ipV4(), fc.ipV6());
export const cidrs = fc.oneof(
  fc.tuple(fc.ipV4(), fc.nat(32)).map(([ip, length]) => `${ip}/${length}`),
  fc.tuple(fc.ipV6(), fc.nat(128)).map(([ip, length]) => `${ip}/${length}`),
);

const end = fc.record(
  { name: ifNames, namespace: netnsRefs, mac: macs, mtu: mtus, up: fc.boolean() },
  { requiredKeys: ["name"] },
);
const keys = fc.constantFrom(
  "net.ipv4.ip_forward",
  "net.ipv6.conf.all.forwarding",
  "net.ipv4.conf.eth0/100.rp_filter",
  "net.core.somaxconn",
);

const device = { namespace: netnsRefs, name: ifNames, mac: macs, mtu: mtus, up: fc.boolean() };
const flags = (...names: string[]) => Object.fromEntries(names.map((name) => [name, fc.boolean()]));
const upTo = (most: number, least = 0) => fc.integer({ min: least, max: most });
/** Any VLANs, in any order: those that overlap are no valid inputs. */
const vlans = fc.array(
  fc.record(
    { vid: upTo(4094, 1), vidEnd: upTo(4094, 1), pvid: fc.boolean(), untagged: fc.boolean() },
    { requiredKeys: ["vid"] },
  ),
  { minLength: 1, maxLength: 3 },
);
const numbers = fc.oneof(fc.constantFrom(0, 1, 254, 1024), fc.nat(2 ** 32 - 1));

/** Routes by one way or several, and those that lead nowhere, of one family. */
function routes(ip: fc.Arbitrary<string>, bits: number, only: Json): fc.Arbitrary<Json> {
  const prefix = fc.tuple(ip, fc.nat(bits)).map(([address, length]) => networkOf(address, length));
  const key = { namespace: netnsRefs, destination: prefix, metric: numbers, table: numbers };
  const way = { gateway: ip, device: ifNames };
  const rest = { source: ip, mtu: mtus, ...only };
  const hop = fc.record({ ...way, weight: fc.integer({ min: 1, max: 256 }) }, { requiredKeys: ["gateway"] });
  const by = <T>(fields: T, ...requiredKeys: string[]) =>
    fc.record({ ...key, ...fields } as never, { requiredKeys: ["destination", ...requiredKeys] as never });
  return fc.oneof(
    by({ ...way, ...rest, type: fc.constant("unicast"), onLink: fc.boolean() }, "gateway", "device"),
    by({ ...way, ...rest }, "gateway"),
    by({ ...rest, nexthops: fc.array(hop, { minLength: 2, maxLength: 4 }) }, "nexthops"),
    by({ type: fc.constantFrom("blackhole", "unreachable", "prohibit", "throw") }, "type"),
  );
}

const onDevice = { namespace: netnsRefs, device: ifNames };

function rules(family: string, ip: fc.Arbitrary<string>, bits: number): fc.Arbitrary<Json> {
  const prefix = fc.tuple(ip, fc.integer({ min: 1, max: bits })).map(([address, length]) => networkOf(address, length));
  const fields = {
    ...{ namespace: netnsRefs, priority: numbers, family: fc.constant(family), from: prefix, to: prefix },
    ...{ iif: ifNames, oif: ifNames, fwmark: fc.oneof(numbers, fc.constantFrom("0x10/0xff", "16/255", "0XFF")) },
    ...{ table: numbers, action: fc.constantFrom("lookup", "blackhole", "unreachable", "prohibit") },
  };
  return fc.record(fields, { requiredKeys: ["priority", "family"] });
}

const amounts = (...units: string[]) =>
  fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.constantFrom(...units)).map((parts) => parts.join(""));
const times = fc.oneof(amounts("us", "msec", "MS"), fc.constantFrom("1.5ms", "0.25s", "274s"));
const shares = fc.oneof(amounts("%"), fc.constantFrom("0.5%", "0%", "0.0001%"));
const rates = amounts("kbit", "mbit", "Gbit");
const sizes = amounts("b", "kb", "k", "MB");
const classes = fc.constantFrom("root", "1:1", "1:0A", "ffFE:2");
const atParent = { ...onDevice, parent: classes, handle: fc.constantFrom("1:", "10", "7Fff:") };

/** Qdiscs of each kind, with what it has. */
const qdiscs = fc.oneof(
  fc.record(
    {
      ...{ ...atParent, kind: fc.constant("netem") },
      netem: fc.record(
        {
          ...{ delay: times, jitter: times, correlation: shares, loss: shares, duplicate: shares, corrupt: shares },
          ...{ reorder: shares, rate: rates, limit: upTo(5000, 1) },
        },
        { requiredKeys: ["delay", "jitter"] },
      ),
    },
    { requiredKeys: ["device", "kind"] },
  ),
  fc.record(
    {
      ...{ ...atParent, kind: fc.constant("tbf") },
      tbf: fc.oneof(
        fc.record({ rate: rates, burst: sizes, latency: times }),
        fc.record({ rate: rates, burst: sizes, limit: sizes }),
      ),
    },
    { requiredKeys: ["device", "kind", "tbf"] },
  ),
  fc.record(
    {
      ...{ ...atParent, kind: fc.constant("fq_codel") },
      options: fc.record(
        { limit: upTo(9999, 1), flows: upTo(65536, 1), target: times, interval: times, ecn: fc.boolean() },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["device", "kind"] },
  ),
  fc.record(
    {
      ...{ ...atParent, kind: fc.constantFrom("pfifo", "bfifo") },
      options: fc.record({ limit: upTo(9999, 1) }),
    },
    { requiredKeys: ["device", "kind"] },
  ),
  fc.record(
    {
      ...{ ...atParent, kind: fc.constant("htb") },
      options: fc.record(
        { default: fc.constantFrom("10", "0", "00Ff"), r2q: upTo(99, 1) },
        { requiredKeys: ["default"] },
      ),
    },
    { requiredKeys: ["device", "kind"] },
  ),
);
/** The pieces of tables that each can stand beside any other. */
const TABLE_PARTS = [
  "chain in {\n\ttype filter hook input priority filter; policy accept;\n}",
  'chain out { oifname "wan*" masquerade; } # what goes out',
  "set hosts { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.0.2.1 } }",
  'map ways { type inet_service : verdict; elements = { 80 : accept, 443 : jump "in" } }',
  "\n\n  counter hits {\n  };",
];
/** Where Open vSwitch is, and maps of its settings. */
const ovs = {
  namespace: netnsRefs,
  database: fc.constantFrom("unix:/run/openvswitch/db.sock", "unix:/odd/\"';", "tcp:127.0.0.1:6640"),
};
const maps = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_.:-]{0,9}$/), texts.filter(isPrintable), { maxKeys: 3 });
const mapsWith = (key: string) => maps.map((map) => ({ ...map, [key]: "10.0.0.1" }));
/** Of no device, and so of any length. */
const longNames = fc
  .oneof(ifNames, fc.stringMatching(/^[a-z][a-z0-9-]{16,60}$/))
  .filter((name) => !name.includes("\\"));

function isPrintable(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  return !/[\u0000-\u001f\u007f]/.test(text);
}

function ovsPorts(type: "patch" | "vxlan" | "gre", option: string): fc.Arbitrary<Json> {
  const fields = { ...ovs, bridge: ifNames, name: longNames, type: fc.constant(type), tag: upTo(4094), trunks };
  return fc.record({ ...fields, options: mapsWith(option) }, { requiredKeys: ["bridge", "name", "type", "options"] });
}

const trunks = fc.uniqueArray(upTo(4094, 1), { maxLength: 4 });

const written: Record<string, fc.Arbitrary<Json>> = {
  Qdisc: qdiscs,
  Namespace: fc.record({ name: netnsNames, loopbackUp: fc.boolean() }, { requiredKeys: ["name"] }),
  VethPair: fc.record({ a: end, b: end }),
  Bridge: fc.record(
    {
      ...device,
      ...{ forwardDelay: upTo(3000), helloTime: upTo(1000, 100), maxAge: upTo(4000, 600) },
      ...{ priority: upTo(65535), ageingTime: upTo(100_000_000), defaultPvid: upTo(4094) },
      ...flags("stp", "vlanFiltering", "mcastSnooping"),
      vlans,
    },
    { requiredKeys: ["name"] },
  ),
  Dummy: fc.record(device, { requiredKeys: ["name"] }),
  Macvlan: fc.record(
    { ...device, parent: ifNames, mode: fc.constantFrom("private", "vepa", "bridge", "passthru", "source") },
    { requiredKeys: ["name", "parent"] },
  ),
  Vlan: fc.record(
    { ...device, parent: ifNames, vid: upTo(4094, 1), protocol: fc.constantFrom("802.1Q", "802.1ad") },
    { requiredKeys: ["name", "parent", "vid"] },
  ),
  Vxlan: fc.record(
    {
      ...device,
      ...{ vni: upTo(2 ** 24 - 1), port: upTo(65535, 1), ttl: upTo(255), learning: fc.boolean() },
      ...{ local: fc.ipV4(), remote: fc.ipV4(), device: ifNames },
      fdb: fc.array(fc.record({ mac: macs, destination: fc.ipV4() }), { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ["name", "vni"] },
  ),
  Tap: fc.record(
    {
      ...device,
      ...{ mode: fc.constantFrom("tap", "tun"), multiQueue: fc.boolean() },
      ...{ user: fc.oneof(fc.nat(65534), fc.constantFrom("root", "a-b.c", "007")), group: fc.constantFrom(5, "tty") },
    },
    { requiredKeys: ["name"] },
  ),
  BridgePort: fc.record(
    {
      ...{ namespace: netnsRefs, bridge: ifNames, device: ifNames, cost: upTo(65535, 1), priority: upTo(63) },
      ...flags("hairpin", "isolated", "learning", "flood", "guard", "rootBlock"),
      vlans,
    },
    { requiredKeys: ["bridge", "device"] },
  ),
  OvsBridge: fc.record(
    {
      ...ovs,
      ...{ name: ifNames, mac: macs, mtu: mtus, up: fc.boolean(), stp: fc.boolean(), otherConfig: maps },
      ...{ datapathType: fc.constantFrom("system", "netdev"), failMode: fc.constantFrom("standalone", "secure") },
    },
    { requiredKeys: ["name"] },
  ),
  OvsPort: fc.oneof(
    fc.record(
      { ...ovs, bridge: ifNames, name: ifNames, tag: upTo(4094), trunks, options: maps },
      { requiredKeys: ["bridge", "name"] },
    ),
    fc.record(
      {
        ...{ ...ovs, bridge: ifNames, name: ifNames, type: fc.constant("internal"), tag: upTo(4094), trunks },
        ...{ mac: macs, mtu: mtus, up: fc.boolean() },
      },
      { requiredKeys: ["bridge", "name", "type"] },
    ),
    ovsPorts("patch", "peer"),
    ovsPorts("vxlan", "remote_ip"),
    ovsPorts("gre", "remote_ip"),
  ),
  Address: fc.oneof(
    fc.record(
      {
        namespace: netnsRefs,
        device: ifNames,
        address: fc.tuple(fc.ipV4(), fc.nat(32)).map(([ip, length]) => `${ip}/${length}`),
        peer: fc.ipV4(),
        broadcast: fc.ipV4(),
        scope: fc.constantFrom("global", "site", "link", "host"),
      },
      { requiredKeys: ["device", "address"] },
    ),
    fc.record(
      {
        namespace: netnsRefs,
        device: ifNames,
        address: fc.tuple(fc.ipV6(), fc.nat(128)).map(([ip, length]) => `${ip}/${length}`),
        peer: fc.ipV6(),
        noDad: fc.boolean(),
      },
      { requiredKeys: ["device", "address"] },
    ),
  ),
  Sysctl: fc.record(
    {
      namespace: netnsRefs,
      key: keys,
      value: fc.oneof(fc.integer(), fc.stringMatching(/^[a-z0-9]+( [a-z0-9]+)?$/)),
      restoreOnDelete: fc.boolean(),
    },
    { requiredKeys: ["key", "value"] },
  ),
  LinkSettings: fc.constantFrom("up", "mtu", "mac", "txQueueLength", "offloads").chain((given) =>
    fc.record(
      {
        namespace: netnsRefs,
        device: ifNames,
        up: fc.boolean(),
        mtu: mtus,
        mac: macs,
        txQueueLength: numbers,
        offloads: fc.record(
          { tx: fc.boolean(), rx: fc.boolean(), tso: fc.boolean(), gso: fc.boolean(), gro: fc.boolean() },
          { requiredKeys: ["gro"] },
        ),
      },
      { requiredKeys: ["device", given as "up"] },
    ),
  ),
  Neighbor: fc.oneof(
    fc.record({ ...onDevice, address: ips, mac: macs }, { requiredKeys: ["device", "address", "mac"] }),
    fc.record(
      { ...onDevice, address: ips, proxy: fc.constant(true), router: fc.boolean() },
      { requiredKeys: ["device", "address", "proxy"] },
    ),
  ),
  Firewall: fc.record(
    {
      namespace: netnsRefs,
      name: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,20}$/),
      family: fc.constantFrom("ip", "ip6", "inet", "arp", "bridge", "netdev"),
      rules: fc.subarray(TABLE_PARTS).map((parts) => parts.join("\n")),
    },
    { requiredKeys: ["name", "rules"] },
  ),
  Rule: fc.oneof(rules("inet", fc.ipV4(), 32), rules("inet6", fc.ipV6(), 128)),
  Route: fc.oneof(
    routes(fc.ipV4(), 32, { scope: fc.constantFrom("global", "site", "link", "host") }),
    routes(
      fc.ipV6().filter((ip) => canonicalIp(ip) !== undefined),
      128,
      {},
    ),
  ),
};

/** Valid inputs of a kind as Check hands them on: canonical, with defaults. */
export function inputsOf(kind: Kind): fc.Arbitrary<Json> {
  const arbitrary = written[kind.type];
  if (!arbitrary) throw new Error(`test/support/arbitraries.ts has no inputs for ${kind.type}`);
  return arbitrary
    .map((values) => parse(kind.inputs, values))
    .filter(({ parsed, faults }) => faults.length === 0 && (kind.crossCheck?.(parsed) ?? []).length === 0)
    .map(({ parsed }) => parsed);
}

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
  Bridge: (inputs) => ({
    ...NEW,
    ...{ stp: false, forwardDelay: 1500, helloTime: 200, maxAge: 2000, ageingTime: 30_000, priority: 32768 },
    ...{ vlanFiltering: false, defaultPvid: 1, mcastSnooping: true, vlans: [{ vid: 1, pvid: true, untagged: true }] },
    ...inputs,
  }),
  Dummy: (inputs) => ({ ...NEW, ...inputs }),
  Macvlan: (inputs) => ({ ...NEW, mode: "vepa", ...inputs }),
  Vlan: (inputs) => ({ ...NEW, protocol: "802.1Q", ...inputs }),
  Vxlan: (inputs) => ({ ...NEW, ttl: 0, learning: true, fdb: [], ...inputs }),
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
    ...{ type: "system", tag: 0, trunks: [], options: {}, ofport: 1, uuid: "u" },
    ...(inputs.type === "internal" && { mac: NEW.mac, mtu: NEW.mtu }),
    ...inputs,
  }),
  Address: (inputs) => {
    const cidr = parseCidr(String(inputs.address));
    const own = cidr?.family === "inet" ? { label: inputs.device, scope: "global" } : { noDad: false };
    return { ...own, family: cidr?.family, network: cidr?.network, ...inputs };
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
  Firewall: (inputs) => ({ ruleset: "chain in {\n}", comment: "pulumi:lab/dev/fw:0123", ...inputs }),
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
