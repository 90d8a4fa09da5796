import fc from "fast-check";
import { parse } from "../../provider/core/check";
import { ifName, netnsName } from "../../provider/core/fields";
import { parseCidr } from "../../provider/core/ip";
import type { Json } from "../../provider/core/values";
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

const written: Record<string, fc.Arbitrary<Json>> = {
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
  BridgePort: fc.record(
    {
      ...{ namespace: netnsRefs, bridge: ifNames, device: ifNames, cost: upTo(65535, 1), priority: upTo(63) },
      ...flags("hairpin", "isolated", "learning", "flood", "guard", "rootBlock"),
      vlans,
    },
    { requiredKeys: ["bridge", "device"] },
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
  BridgePort: (inputs) => ({
    ...{ cost: 2, priority: 32, hairpin: false, isolated: false, learning: true, flood: true, guard: false },
    ...{ rootBlock: false, vlans: [{ vid: 1, pvid: true, untagged: true }] },
    ...inputs,
  }),
  Address: (inputs) => {
    const cidr = parseCidr(String(inputs.address));
    const own = cidr?.family === "inet" ? { label: inputs.device, scope: "global" } : { noDad: false };
    return { ...own, family: cidr?.family, network: cidr?.network, ...inputs };
  },
  Sysctl: (inputs) => ({ previousValue: "0", ...inputs }),
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
