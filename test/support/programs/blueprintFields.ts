import fc from "fast-check";
import { hasNft, hasQdisc, hasTun } from "../suites/kernelOptions";

/** What each slot of a random program has to choose from. */
export type Fields = Record<string, fc.Arbitrary<unknown>>;

/** A name that devices of all kinds may have, so that it moves from one to another. */
const SHARED = "s0";

/** The numbers of devices: 0 to 3 the `lo` of a place, 4 to 9 the ends of pairs, then these. */
export const [BRIDGES, VXLANS, MACVLANS, TAPS] = [10, 12, 14, 16];

/** Left out as often as not. */
const maybe = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 });

const oneIn = (count: number) => fc.nat(count - 1).map((number) => number === count - 1);

/** Where something is: 0 is the host's own namespace, n the one of slot n - 1. */
const place = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }) },
);
/** On what: the `lo` of a place (0 to 3), the end of a pair (4 to 9), or a bridge; mostly the first, so that they meet on it. */
const device = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 4, arbitrary: fc.constant(4) },
  { weight: 2, arbitrary: fc.integer({ min: 5, max: 9 }) },
  { weight: 1, arbitrary: fc.integer({ min: BRIDGES, max: BRIDGES + 1 }) },
);

export const namespaceFields = { name: fc.constantFrom("x", "y", "z"), loopbackUp: maybe(true, false) };
export const endFields = {
  name: fc.constantFrom("v0", "v1", "v2", SHARED),
  mac: maybe(1, 2),
  mtu: maybe(1400, 1500, 9000, 1000, 68),
  up: maybe(true, false),
};
export const pairFields = {
  aAt: place,
  bAt: place,
  ...(prefixed("a", endFields) as { [K in keyof typeof endFields as `a.${K}`]: (typeof endFields)[K] }),
  ...(prefixed("b", endFields) as { [K in keyof typeof endFields as `b.${K}`]: (typeof endFields)[K] }),
};
export const bridgeFields = {
  at: place,
  name: fc.constantFrom("b0", "b1", SHARED),
  mac: maybe(1, 2),
  up: maybe(true, false),
  ageingTime: maybe(300, 400),
  priority: maybe(1, 2),
};
export const portFields = {
  bridge: fc.nat(1),
  on: fc.oneof(
    { weight: 2, arbitrary: fc.integer({ min: 4, max: 9 }) },
    { weight: 1, arbitrary: fc.constantFrom(VXLANS, VXLANS + 1, TAPS) },
  ),
  isolated: maybe(true, false),
  priority: maybe(1, 32),
  learning: maybe(false),
};
export const settingsFields = { at: place, mtu: maybe(1400, 65536), txQueueLength: maybe(0, 500) };
export const addressFields = {
  on: device,
  isV6: oneIn(3),
  net: oneIn(3).map(Number),
  host: fc.integer({ min: 1, max: 3 }),
  isAlone: oneIn(4),
  peer: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(1, 2) }),
  broadcast: maybe(255, 254),
  label: maybe("", ":1"),
  scope: maybe("global", "link", "host"),
  // The detection takes a second or two, so it is rare here.
  noDad: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(undefined) }),
};
export const sysctlFields = {
  on: fc.oneof(fc.constant(undefined), device),
  at: place,
  key: fc.nat(20),
  value: fc.nat(2),
  restoreOnDelete: maybe(true),
};

export const routeFields = {
  at: place,
  /** An end of a pair to lead to; else it leads nowhere. */
  on: fc.option(fc.integer({ min: 4, max: 9 }), { nil: undefined }),
  isV6: oneIn(3),
  net: fc.nat(2),
  type: fc.constantFrom("blackhole", "unreachable", "prohibit", "throw"),
  metric: maybe(5, 6),
  table: maybe(100),
  mtu: maybe(1300, 1400),
};
export const ruleFields = {
  at: place,
  isV6: oneIn(3),
  priority: fc.integer({ min: 100, max: 102 }),
  from: maybe(1, 2),
  fwmark: maybe("0x1", "0x10/0xff"),
  table: maybe(100, 101),
};

export const vxlanFields = {
  at: place,
  name: fc.constantFrom("x0", "x1", SHARED),
  vni: fc.integer({ min: 41, max: 42 }),
  remote: maybe("10.0.9.1", "10.0.9.2"),
  ttl: maybe(8, 9),
  learning: maybe(false),
  mtu: maybe(1400),
  up: maybe(true, false),
};
export const macvlanFields = {
  on: fc.integer({ min: 4, max: 9 }),
  name: fc.constantFrom("m0", "m1", SHARED),
  mode: maybe("private", "bridge"),
  mac: maybe(1, 2),
  up: maybe(true, false),
};
export const tapFields = {
  at: place,
  name: fc.constantFrom("t0", "t1", SHARED),
  mode: maybe("tap", "tun"),
  multiQueue: maybe(true, false),
  mtu: maybe(1400, 9000),
  up: maybe(true, false),
};
export const neighborFields = {
  on: fc.integer({ min: 4, max: 9 }),
  isV6: oneIn(3),
  host: fc.integer({ min: 7, max: 8 }),
  mac: fc.integer({ min: 1, max: 2 }),
  proxy: maybe(true, false),
};
const RATE = { rate: "1mbit", burst: "32kb", latency: "400ms" };
export const qdiscFields = {
  on: fc.oneof(
    { weight: 2, arbitrary: fc.integer({ min: 4, max: 9 }) },
    { weight: 1, arbitrary: fc.integer({ min: BRIDGES, max: TAPS }) },
  ),
  handle: maybe("1:", "2:"),
  how: fc.constantFrom(
    { kind: "pfifo" },
    { kind: "pfifo", options: { limit: 50 } },
    ...(hasQdisc("tbf rate 1mbit burst 32kb latency 400ms")
      ? [
          { kind: "tbf", tbf: RATE },
          { kind: "tbf", tbf: { ...RATE, rate: "2mbit" } },
        ]
      : []),
  ),
};
const CHAIN = "chain c { type filter hook input priority 0; policy accept;";
export const firewallFields = {
  at: place,
  name: fc.constantFrom("f0", "f1"),
  family: maybe("inet", "ip"),
  rules: fc.constantFrom(
    `${CHAIN} tcp dport 22 drop\n}`,
    `${CHAIN} tcp dport { 22, 80 } drop\n}`,
    "set s { type ipv4_addr; }",
  ),
};

/** The kinds that this kernel, or what is installed beside it, need not have. */
export const CAN = { taps: hasTun, firewalls: hasNft };

function prefixed(key: string, fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${key}.${name}`, value]));
}
