import fc from "fast-check";
import type { Json } from "../../../provider/core/values";
import {
  addressFields,
  bridgeFields,
  CAN,
  type Fields,
  firewallFields,
  macvlanFields,
  namespaceFields,
  neighborFields,
  pairFields,
  portFields,
  qdiscFields,
  routeFields,
  ruleFields,
  settingsFields,
  sysctlFields,
  tapFields,
  vxlanFields,
} from "./blueprintFields";
import type { Program } from "./program";
import { programOf } from "./programBuilder";

/**
 * Random programs over all kinds, as slots: slot 1 of the pairs is `link1` in every program, whatever the names in it
 * are in the kernel. The pools of names are small, so that names are freed and taken again. What a valid program cannot
 * have is left out of it, so any choice of slots makes one, and shrinking stays with what is valid.
 */
export interface Blueprint {
  namespaces: Slot<typeof namespaceFields>[];
  pairs: Slot<typeof pairFields>[];
  bridges: Slot<typeof bridgeFields>[];
  vxlans: Slot<typeof vxlanFields>[];
  macvlans: Slot<typeof macvlanFields>[];
  taps: Slot<typeof tapFields>[];
  ports: Slot<typeof portFields>[];
  settings: Slot<typeof settingsFields>[];
  addresses: Slot<typeof addressFields>[];
  sysctls: Slot<typeof sysctlFields>[];
  routes: Slot<typeof routeFields>[];
  rules: Slot<typeof ruleFields>[];
  neighbors: Slot<typeof neighborFields>[];
  qdiscs: Slot<typeof qdiscFields>[];
  firewalls: Slot<typeof firewallFields>[];
}
type Slot<F extends Fields> = { [K in keyof F]: F[K] extends fc.Arbitrary<infer T> ? T : never } | undefined;

// No bias: each choice is an even one of few, and the first of them is no simpler case.
const blueprints: fc.Arbitrary<Blueprint> = fc.noBias(
  fc.record({
    namespaces: slotsOf(namespaceFields, 3, 6),
    pairs: slotsOf(pairFields, 3, 4),
    bridges: slotsOf(bridgeFields, 2, 3),
    vxlans: slotsOf(vxlanFields, 2, 2),
    macvlans: slotsOf(macvlanFields, 2, 2),
    taps: slotsOf(tapFields, CAN.taps ? 1 : 0, 2),
    ports: slotsOf(portFields, 4, 4),
    settings: slotsOf(settingsFields, 2, 2),
    addresses: slotsOf(addressFields, 6, 4),
    sysctls: slotsOf(sysctlFields, 4, 3),
    routes: slotsOf(routeFields, 3, 3),
    rules: slotsOf(ruleFields, 2, 2),
    neighbors: slotsOf(neighborFields, 2, 2),
    qdiscs: slotsOf(qdiscFields, 2, 2),
    firewalls: slotsOf(firewallFields, CAN.firewalls ? 2 : 0, 2),
  }),
) as never;

function slotsOf(fields: Fields, count: number, freq: number) {
  const slot = fc.option(fc.record(fields), { nil: undefined, freq });
  return fc.array(slot, { minLength: count, maxLength: count });
}

/** As many as there are slots, of all kinds. */
const SLOTS = 40;

/** An edit: for each slot whether it stays, is that of another program, or has just one property from there. */
const edit = fc
  .record({
    other: blueprints,
    choices: fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constant("stays" as const) },
        { weight: 2, arbitrary: fc.constant("other" as const) },
        { weight: 3, arbitrary: fc.nat(11) },
      ),
      { minLength: SLOTS, maxLength: SLOTS },
    ),
  })
  .map(({ other, choices }) => (before: Blueprint): Blueprint => {
    const left = [...choices];
    const mix = (mine: Json | undefined, its: Json | undefined) => {
      const choice = left.shift() ?? "stays";
      if (choice === "stays") return mine;
      if (choice === "other" || !mine || !its) return its;
      const field = Object.keys(mine)[choice % Object.keys(mine).length] ?? "";
      return { ...mine, [field]: its[field] };
    };
    const kinds = Object.keys(before) as (keyof Blueprint)[];
    return Object.fromEntries(
      kinds.map((kind) => [kind, before[kind].map((slot, index) => mix(slot, other[kind][index]))]),
    ) as never;
  });
/** A program independent of the one before. */
const another = blueprints.map(
  (other) =>
    (_: Blueprint): Blueprint =>
      other,
);

/**
 * Programs for one stack, one after the other: mostly edits of the one before, now and then another one altogether. In
 * those that become one resource each, what leaves makes room: any name may move.
 */
export function programSequences(edits: {
  minLength: number;
  maxLength: number;
  areWhole?: boolean;
}): fc.Arbitrary<Program[]> {
  const { areWhole = false, ...lengths } = edits;
  const change = fc.oneof({ weight: 3, arbitrary: edit }, { weight: 1, arbitrary: another });
  return fc.tuple(blueprints, fc.array(change, { ...lengths, size: "max" })).map(([first, changes]) => {
    let now = first;
    let { program, claims } = programOf(now);
    return [
      program,
      ...changes.map((apply) => {
        now = apply(now);
        ({ program, claims } = programOf(now, areWhole ? undefined : claims));
        return program;
      }),
    ];
  });
}
