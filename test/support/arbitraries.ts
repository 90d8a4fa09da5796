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

const device = ifName();
const netns = netnsName();
export const ifNames = fc.oneof(WORD, WIDE).filter((name) => device.safeParse(name).success);
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

const written: Record<string, fc.Arbitrary<Json>> = {
  Namespace: fc.record({ name: netnsNames, loopbackUp: fc.boolean() }, { requiredKeys: ["name"] }),
  VethPair: fc.record({ a: end, b: end }),
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

const states: Record<string, (inputs: Json) => Json> = {
  Namespace: (inputs) => ({ path: `/run/netns/${inputs.name}`, inode: 4026531840, ...inputs }),
  VethPair: ({ a, b }) => ({ a: endState(a as Json, 2), b: endState(b as Json, 3) }),
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
