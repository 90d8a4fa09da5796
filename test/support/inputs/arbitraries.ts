import fc from "fast-check";
import { parse } from "../../../provider/core/check";
import { canonicalIp, networkOf } from "../../../provider/core/ip";
import type { Json } from "../../../provider/core/values";
import type { Kind } from "../../../provider/resources/kind";
import { qdiscs } from "./qdiscArbitraries";
import {
  cidrs4,
  cidrs6,
  flags,
  ifNames,
  ips,
  macs,
  mtus,
  netnsNames,
  netnsRefs,
  numbers,
  onDevice,
  texts,
  upTo,
  vlans,
} from "./valueArbitraries";

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

function rules(family: string, ip: fc.Arbitrary<string>, bits: number): fc.Arbitrary<Json> {
  const prefix = fc.tuple(ip, fc.integer({ min: 1, max: bits })).map(([address, length]) => networkOf(address, length));
  const fields = {
    ...{ namespace: netnsRefs, priority: numbers, family: fc.constant(family), from: prefix, to: prefix },
    ...{ iif: ifNames, oif: ifNames, fwmark: fc.oneof(numbers, fc.constantFrom("0x10/0xff", "16/255", "0XFF")) },
    ...{ table: numbers, action: fc.constantFrom("lookup", "blackhole", "unreachable", "prohibit") },
  };
  return fc.record(fields, { requiredKeys: ["priority", "family"] });
}

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
  const fields = { ...ovs, bridge: ifNames, name: longNames, type: fc.constant(type), options: mapsWith(option) };
  return withVlans(fc.record(fields, { requiredKeys: ["bridge", "name", "type", "options"] }));
}

const ttls = (least: number) => fc.oneof(upTo(255, least), fc.constantFrom("inherit", "64"));
const toses = fc.oneof(
  upTo(127).map((half) => 2 * half),
  fc.constant("inherit"),
);
const tunnelKeys = fc.oneof(numbers, fc.ipV4());

function tunnels(mode: string, ip: fc.Arbitrary<string>, only: Record<string, fc.Arbitrary<unknown>>) {
  const { mac, ...rest } = device;
  const [isKeyed, hasFrames] = [mode.includes("gre"), mode.endsWith("tap")];
  const fields = {
    ...{ ...rest, mtu: upTo(65_000, 1280), ...(hasFrames && { mac }), mode: fc.constant(mode) },
    ...{ local: ip, remote: ip, device: ifNames, ttl: ttls(1), tos: toses, ...only },
  };
  const keyed = (keys: object) =>
    fc.record({ ...fields, ...keys } as never, { requiredKeys: ["name", "mode"] as never });
  if (!isKeyed) return keyed({});
  return fc.oneof(keyed({ key: tunnelKeys }), keyed({ ikey: tunnelKeys, okey: tunnelKeys }));
}

const proof = {
  ...{ namespace: netnsRefs, to: fc.oneof(ips, netnsNames), reachable: fc.boolean() },
  ...{ withinMs: upTo(1000, 1), timeoutMs: upTo(5, 1), triggers: fc.array(texts, { maxLength: 2 }) },
};
const trunks = fc.uniqueArray(upTo(4094, 1), { maxLength: 4 });
/** A port in VLANs that do not contradict each other. */
const withVlans = (port: fc.Arbitrary<Json>) => fc.tuple(port, portVlans).map(([one, its]) => ({ ...one, ...its }));
const portVlans: fc.Arbitrary<Json> = fc.oneof(
  fc.record({ vlanMode: fc.constant("access"), tag: upTo(4094) }, { requiredKeys: [] }),
  fc.record({ vlanMode: fc.constant("trunk"), trunks }, { requiredKeys: [] }),
  fc.record(
    { vlanMode: fc.constantFrom("native-tagged", "native-untagged"), tag: upTo(4094, 1), trunks },
    { requiredKeys: ["vlanMode", "tag"] },
  ),
  fc.record({ vlanMode: fc.constant("dot1q-tunnel"), tag: upTo(4094, 1) }),
);

const argument = texts.filter((text) => !text.includes("\0"));
const words = fc
  .tuple(
    argument.filter((text) => text !== ""),
    fc.array(argument, { maxLength: 3 }),
  )
  .map(([program, rest]) => [program, ...rest]);

const policies = fc.constantFrom("forward", "blackhole");
const netkitEnd = fc
  .tuple(end, fc.option(policies, { nil: undefined }))
  .map(([one, policy]): Json => ({ ...(one as Json), ...(policy && { policy }) }));
const withoutMacOf = ({ mac: _, ...rest }: Json): Json => rest;
const macvlans = fc.record(
  { ...device, parent: ifNames, mode: fc.constantFrom("private", "vepa", "bridge", "passthru", "source") },
  { requiredKeys: ["name", "parent"] },
);
const { mac: _, ...withoutMac } = device;

const written: Record<string, fc.Arbitrary<Json>> = {
  Qdisc: qdiscs,
  Namespace: fc.record({ name: netnsNames, loopbackUp: fc.boolean() }, { requiredKeys: ["name"] }),
  VethPair: fc.record({ a: end, b: end }),
  Netkit: fc
    .record({ a: netkitEnd, b: netkitEnd, mode: fc.constantFrom("l2", "l3") }, { requiredKeys: ["a", "b"] })
    .map(({ a, b, mode }) =>
      mode === "l2" ? { a, b, mode } : { ...(mode && { mode }), a: withoutMacOf(a), b: withoutMacOf(b) },
    ),
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
  Ifb: fc.record(device, { requiredKeys: ["name"] }),
  Macvlan: macvlans,
  Macvtap: macvlans,
  Ipvlan: fc.record(
    {
      ...withoutMac,
      parent: ifNames,
      ...{ mode: fc.constantFrom("l2", "l3", "l3s"), flag: fc.constantFrom("bridge", "private", "vepa") },
    },
    { requiredKeys: ["name", "parent"] },
  ),
  Bond: fc.oneof(
    fc.record(
      { ...device, mode: fc.constantFrom("balance-rr", "broadcast"), miimon: numbers },
      { requiredKeys: ["name"] },
    ),
    fc.record(
      {
        ...{
          ...device,
          mode: fc.constant("802.3ad"),
          miimon: fc.constantFrom(50, 100),
          updelay: fc.constantFrom(0, 300),
        },
        ...{ lacpRate: fc.constantFrom("slow", "fast"), adSelect: fc.constantFrom("stable", "bandwidth", "count") },
        ...{ minLinks: upTo(65_535), xmitHashPolicy: fc.constantFrom("layer2", "layer3+4", "vlan+srcmac") },
      },
      { requiredKeys: ["name", "mode"] },
    ),
    fc.record(
      { ...device, mode: fc.constantFrom("active-backup", "balance-alb"), primary: ifNames },
      { requiredKeys: ["name", "mode"] },
    ),
  ),
  BondPort: fc.record({ namespace: netnsRefs, bond: ifNames, device: ifNames }, { requiredKeys: ["bond", "device"] }),
  Vrf: fc.record({ ...device, table: upTo(2 ** 32 - 1, 1) }, { requiredKeys: ["name", "table"] }),
  VrfPort: fc.record({ namespace: netnsRefs, vrf: ifNames, device: ifNames }, { requiredKeys: ["vrf", "device"] }),
  Vlan: fc.record(
    { ...device, parent: ifNames, vid: upTo(4094, 1), protocol: fc.constantFrom("802.1Q", "802.1ad") },
    { requiredKeys: ["name", "parent", "vid"] },
  ),
  Vxlan: fc.record(
    {
      ...device,
      ...{ vni: upTo(2 ** 24 - 1), port: upTo(65535, 1), ttl: upTo(255), learning: fc.boolean() },
      ...{ local: fc.ipV4(), remote: fc.ipV4(), device: ifNames },
      underlay: fc.oneof(netnsRefs, fc.constant(".")),
      fdb: fc.array(fc.record({ mac: macs, destination: fc.ipV4() }), { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ["name", "vni"] },
  ),
  Geneve: fc.record(
    {
      ...device,
      ...{ vni: upTo(2 ** 24 - 1), remote: ips, port: upTo(65535, 1), ttl: ttls(0), tos: toses },
      df: fc.constantFrom("unset", "set", "inherit"),
    },
    { requiredKeys: ["name", "vni", "remote"] },
  ),
  Tunnel: fc.oneof(
    ...["gre", "gretap", "ipip", "sit"].map((mode) => tunnels(mode, fc.ipV4(), flags("pmtudisc"))),
    ...["ip6gre", "ip6gretap", "ip6tnl"].map((mode) =>
      tunnels(
        mode,
        fc.ipV6().filter((ip) => canonicalIp(ip) !== undefined),
        { encapLimit: fc.oneof(upTo(255), fc.constant("none")) },
      ),
    ),
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
    withVlans(
      fc.record({ ...ovs, bridge: ifNames, name: ifNames, options: maps }, { requiredKeys: ["bridge", "name"] }),
    ),
    withVlans(
      fc.record(
        {
          ...{ ...ovs, bridge: ifNames, name: ifNames, type: fc.constant("internal") },
          ...{ mac: macs, mtu: mtus, up: fc.boolean() },
        },
        { requiredKeys: ["bridge", "name", "type"] },
      ),
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
        address: cidrs4,
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
        address: cidrs6,
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
  Process: fc.record(
    {
      ...{ namespace: netnsRefs, name: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/), argv: words },
      env: fc.dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,9}$/), argument, { maxKeys: 3 }),
      ...{ cwd: fc.constantFrom("/", "/tmp", "/var/lib/a b"), user: fc.constantFrom("nobody", "_x.y-z", "machine$") },
      files: fc.dictionary(fc.constantFrom("/etc/hosts", "/etc/a b/c'd"), argument, { maxKeys: 2 }),
      ...{ running: fc.boolean(), logBytes: upTo(2 ** 30, 16_384), stopTimeoutMs: upTo(10_000) },
      stopSignal: fc.constantFrom("INT", "sigquit", "HUP"),
      ready: fc.record(
        {
          ...{ tcp: upTo(65_535, 1), udp: upTo(65_535, 1), command: words, timeoutMs: upTo(10_000, 1) },
          line: fc.constantFrom("ready$", "^a[bc]+ \\d"),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["name", "argv"] },
  ),
  Reachability: fc.oneof(
    fc.record(
      { ...proof, protocol: fc.constant("icmp"), size: upTo(65_507), ...flags("dontFragment") },
      { requiredKeys: ["to"] },
    ),
    fc.record(
      { ...proof, protocol: fc.constantFrom("tcp", "udp"), port: upTo(65_535, 1) },
      { requiredKeys: ["to", "protocol", "port"] },
    ),
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
  if (!arbitrary) throw new Error(`test/support/inputs/arbitraries.ts has no inputs for ${kind.type}`);
  return arbitrary
    .map((values) => parse(kind.inputs, values))
    .filter(({ parsed, faults }) => faults.length === 0 && (kind.crossCheck?.(parsed) ?? []).length === 0)
    .map(({ parsed }) => parsed);
}
