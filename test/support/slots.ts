import fc from "fast-check";
import type { Json } from "../../provider/core/values";
import { BRIDGES, programOf } from "./slotProgram";
import type { Topology } from "./topology";

/**
 * Random programs over all kinds, as slots: slot 1 of the pairs is `link1` in every program, whatever the names in it
 * are in the kernel. The pools of names are small, so that names are freed and taken again. What a valid program cannot
 * have is left out of it, so any choice of slots makes one, and shrinking stays with what is valid.
 */
export interface Slots {
  namespaces: Slot<typeof namespaceFields>[];
  pairs: Slot<typeof pairFields>[];
  bridges: Slot<typeof bridgeFields>[];
  ports: Slot<typeof portFields>[];
  settings: Slot<typeof settingsFields>[];
  addresses: Slot<typeof addressFields>[];
  sysctls: Slot<typeof sysctlFields>[];
  routes: Slot<typeof routeFields>[];
  rules: Slot<typeof ruleFields>[];
}
type Fields = Record<string, fc.Arbitrary<unknown>>;
type Slot<F extends Fields> = { [K in keyof F]: F[K] extends fc.Arbitrary<infer T> ? T : never } | undefined;

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

const namespaceFields = { name: fc.constantFrom("x", "y", "z"), loopbackUp: maybe(true, false) };
const endFields = {
  name: fc.constantFrom("v0", "v1", "v2"),
  mac: maybe(1, 2),
  mtu: maybe(1400, 1500, 9000, 1000, 68),
  up: maybe(true, false),
};
const pairFields = {
  aAt: place,
  bAt: place,
  ...(prefixed("a", endFields) as { [K in keyof typeof endFields as `a.${K}`]: (typeof endFields)[K] }),
  ...(prefixed("b", endFields) as { [K in keyof typeof endFields as `b.${K}`]: (typeof endFields)[K] }),
};
const bridgeFields = {
  at: place,
  name: fc.constantFrom("b0", "b1"),
  mac: maybe(1, 2),
  up: maybe(true, false),
  ageingTime: maybe(300, 400),
  priority: maybe(1, 2),
};
const portFields = {
  bridge: fc.nat(1),
  on: fc.integer({ min: 4, max: 9 }),
  isolated: maybe(true, false),
  priority: maybe(1, 32),
  learning: maybe(false),
};
const settingsFields = { at: place, mtu: maybe(1400, 65536), txQueueLength: maybe(0, 500) };
const addressFields = {
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
const sysctlFields = {
  on: fc.oneof(fc.constant(undefined), device),
  at: place,
  key: fc.nat(20),
  value: fc.nat(2),
  restoreOnDelete: maybe(true),
};

const routeFields = {
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
const ruleFields = {
  at: place,
  isV6: oneIn(3),
  priority: fc.integer({ min: 100, max: 102 }),
  from: maybe(1, 2),
  fwmark: maybe("0x1", "0x10/0xff"),
  table: maybe(100, 101),
};

// No bias: each choice is an even one of few, and the first of them is no simpler case.
const slots: fc.Arbitrary<Slots> = fc.noBias(
  fc.record({
    namespaces: slotsOf(namespaceFields, 3, 6),
    pairs: slotsOf(pairFields, 3, 4),
    bridges: slotsOf(bridgeFields, 2, 3),
    ports: slotsOf(portFields, 4, 4),
    settings: slotsOf(settingsFields, 2, 2),
    addresses: slotsOf(addressFields, 6, 4),
    sysctls: slotsOf(sysctlFields, 4, 3),
    routes: slotsOf(routeFields, 3, 3),
    rules: slotsOf(ruleFields, 2, 2),
  }),
) as never;

function slotsOf(fields: Fields, count: number, freq: number) {
  const slot = fc.option(fc.record(fields), { nil: undefined, freq });
  return fc.array(slot, { minLength: count, maxLength: count });
}

function prefixed(key: string, fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${key}.${name}`, value]));
}

/** An edit: for each slot whether it stays, is that of another program, or has just one property from there. */
const edit = fc
  .record({
    other: slots,
    choices: fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constant("stays" as const) },
        { weight: 2, arbitrary: fc.constant("other" as const) },
        { weight: 3, arbitrary: fc.nat(11) },
      ),
      { minLength: 29, maxLength: 29 },
    ),
  })
  .map(({ other, choices }) => (before: Slots): Slots => {
    const left = [...choices];
    const mix = (mine: Json | undefined, its: Json | undefined) => {
      const choice = left.shift() ?? "stays";
      if (choice === "stays") return mine;
      if (choice === "other" || !mine || !its) return its;
      const field = Object.keys(mine)[choice % Object.keys(mine).length] ?? "";
      return { ...mine, [field]: its[field] };
    };
    const kinds = Object.keys(before) as (keyof Slots)[];
    return Object.fromEntries(
      kinds.map((kind) => [kind, before[kind].map((slot, index) => mix(slot, other[kind][index]))]),
    ) as never;
  });
/** A program independent of the one before. */
const another = slots.map(
  (other) =>
    (_: Slots): Slots =>
      other,
);

/** Programs for one stack, one after the other: mostly edits of the one before, now and then another one altogether. */
export function chains(edits: { minLength: number; maxLength: number }): fc.Arbitrary<Topology[]> {
  const change = fc.oneof({ weight: 3, arbitrary: edit }, { weight: 1, arbitrary: another });
  return fc.tuple(slots, fc.array(change, { ...edits, size: "max" })).map(([first, changes]) => {
    let now = first;
    let { program, claims } = programOf(now);
    return [
      program,
      ...changes.map((apply) => {
        now = apply(now);
        ({ program, claims } = programOf(now, claims));
        return program;
      }),
    ];
  });
}
