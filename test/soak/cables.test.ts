import assert from "node:assert/strict";
import fc from "fast-check";
import type { Json } from "../../provider/core/values";
import { LabStack, mustShowTheSame } from "../support/engine/labStack";
import { asTopology } from "../support/programs/asTopology";
import { byName } from "../support/programs/drift";
import type { Program, Resource } from "../support/programs/program";
import { checkScenarios } from "../support/programs/scenario";
import { needs } from "../support/suites/needs";
import { cases } from "../support/suites/soak";

const STEPS = cases(6, 1_500);

const X = { namespace: "x" };
const Y = { namespace: "y" };

/** The ends of the two cables: `x` has one of each, whose other ends are in `y` and `z`. */
const CABLES = [
  { name: "one", a: { ...X, name: "d1" }, b: { ...Y, name: "e1" } },
  { name: "two", a: { ...X, name: "d2" }, b: { namespace: "z", name: "e2" } },
] as const;
const ENDS = CABLES.flatMap(({ name }) => [`${name}.a`, `${name}.b`]);

/**
 * What hangs on the cables, each behind what it needs. Routes of which the kernel keeps in this state what it would not make in it
 * (several ways of which one is down, an IPv6 address, or source, that has lost its carrier before it was proved to be unique) are not among them.
 */
const HANGING: Program = [
  address("four", "d1", "10.0.1.1/24"),
  address("six", "d1", "2001:db8:1::1/64", true),
  address("other", "d2", "10.0.2.1/24"),
  address("otherSix", "d2", "2001:db8:2::1/64", true),
  { ...address("far", "e1", "10.0.1.2/24"), inputs: { ...Y, device: "e1", address: "10.0.1.2/24" } },
  route("gateway4", { destination: "10.9.0.0/16", gateway: "10.0.1.2" }, "four"),
  route("gateway6", { destination: "2001:db8:9::/48", gateway: "2001:db8:1::2" }, "six"),
  route("default4", { destination: "default", gateway: "10.0.2.2" }, "other"),
  route("default6", { destination: "::/0", gateway: "2001:db8:2::2", metric: 9 }, "otherSix"),
  route("device4", { destination: "10.8.0.0/16", device: "d1" }, "four"),
  route("device6", { destination: "2001:db8:8::/48", device: "d1" }),
  route("source4", { destination: "10.7.0.0/16", device: "d2", source: "10.0.1.1" }, "four", "other"),
  route("nowhere", { destination: "10.5.0.0/16", type: "blackhole" }),
  {
    ...route("back", { destination: "10.0.2.0/24", gateway: "10.0.1.1" }, "far"),
    inputs: { ...Y, destination: "10.0.2.0/24", gateway: "10.0.1.1" },
  },
  {
    type: "Neighbor",
    name: "peer",
    inputs: { ...X, device: "d1", address: "10.0.1.9", mac: "02:00:00:00:00:09" },
    after: ["four"],
  },
  {
    type: "Neighbor",
    name: "peer6",
    inputs: { ...X, device: "d1", address: "2001:db8:1::9", mac: "02:00:00:00:00:09" },
    after: [],
  },
  {
    type: "Sysctl",
    name: "filter",
    inputs: { ...X, device: "d1", key: "net.ipv4.conf.*.rp_filter", value: 2 },
    after: [],
  },
  { type: "Qdisc", name: "slow", inputs: { ...X, device: "d2", kind: "pfifo", options: { limit: 50 } }, after: [] },
];

function address(name: string, device: string, text: string, noDad?: boolean): Resource {
  return { type: "Address", name, inputs: { ...X, device, address: text, ...(noDad && { noDad }) }, after: [] };
}

function route(name: string, inputs: Json, ...after: string[]): Resource {
  return { type: "Route", name, inputs: { ...X, ...inputs }, after };
}

/** One program of those that follow each other. */
interface Step {
  /** Whether each end is up; undefined: it is not said. */
  up: (boolean | undefined)[];
  /** The cables whose far end has another name, so that they are replaced. */
  isOther: boolean[];
  /** What of the above there is. */
  has: boolean[];
}

/** How all programs of a scenario are written. */
interface Form {
  form: "single" | "topology" | "on a topology";
  /** Whether what hangs on the cables stands before them, and has no order but its namespace. */
  isFirst: boolean;
}

function programOf({ form, isFirst }: Form, { up, isOther, has }: Step): Program {
  const base: Resource[] = [
    ...["x", "y", "z"].map((name) => ({ type: "Namespace", name, inputs: { name } })),
    ...CABLES.map(({ name, a, b }, index) => {
      const [aUp, bUp] = [up[2 * index], up[2 * index + 1]];
      const inputs = {
        a: { ...a, mac: `02:00:00:00:0${index}:01`, ...(aUp !== undefined && { up: aUp }) },
        b: {
          ...b,
          ...(isOther[index] && { name: `o${index}` }),
          mac: `02:00:00:00:0${index}:02`,
          ...(bUp !== undefined && { up: bUp }),
        },
      };
      return { type: "VethPair", name, inputs, after: ["x", "y", "z"] };
    }),
  ];
  const there = new Set<string>();
  const hanging = HANGING.flatMap((one, index): Resource[] => {
    const isOnFar = one.inputs.namespace === "y" && isOther[0];
    if (!has[index] || isOnFar || !(one.after ?? []).every((name) => there.has(name))) return [];
    there.add(one.name);
    return [{ ...one, after: isFirst ? ["x", "y"] : ["one", "two", ...(one.after ?? [])] }];
  });
  if (form === "single") return isFirst ? [...base.slice(0, 3), ...hanging, ...base.slice(3)] : [...base, ...hanging];
  if (form === "topology") return topology([...base, ...hanging]);
  return [
    ...topology(base),
    ...byName([...base, ...hanging])
      .slice(base.length)
      .map((one) => ({ ...one, after: ["lab"] })),
  ];
}

function topology(program: Program): Program {
  return asTopology(program) ?? assert.fail("Check has something against it");
}

const isUp = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.boolean());
const steps = fc.record({
  up: fc.array(isUp, { minLength: ENDS.length, maxLength: ENDS.length }),
  isOther: fc.array(
    fc.nat(4).map((number) => number === 0),
    { minLength: 2, maxLength: 2 },
  ),
  has: fc.array(
    fc.nat(3).map((number) => number > 0),
    { minLength: HANGING.length, maxLength: HANGING.length },
  ),
});
/** Most of what there is stays from one step to the next: cables go down and up. */
const edits = fc.record({
  next: steps,
  stays: fc.nat(3).map((number) => number > 0),
  keepsEnds: fc.nat(2).map((number) => number > 0),
});

const scenarios = fc
  .record({
    form: fc.constantFrom("single" as const, "topology" as const, "on a topology" as const),
    isFirst: fc.boolean(),
    first: steps,
    rest: fc.array(edits, { minLength: 1, maxLength: 4 }),
  })
  .map(({ first, rest, ...form }): Program[] => {
    let now = first;
    return [
      programOf(form, now),
      ...rest.map(({ next, stays, keepsEnds }) => {
        now = { up: next.up, has: stays ? now.has : next.has, isOther: keepsEnds ? now.isOther : next.isOther };
        return programOf(form, now);
      }),
    ];
  });

describe("Cables that are set down and up at random", function () {
  this.timeout(0);
  const stacks: LabStack[] = [];
  before(needs("root", "nsenter", "ip"));
  before(async () => {
    stacks.push(await LabStack.start(), await LabStack.start());
  });

  it(`end as the last program alone, as the preview has said, ${STEPS} times`, async () => {
    const [edited, fresh] = stacks as [LabStack, LabStack];
    const end = "each preview must say what the up does, which must end as a fresh one, and a second up do nothing";
    await checkScenarios(scenarios, { count: STEPS, end }, async ([first = [], ...programs]) => {
      try {
        await edited.engine.up(first);
        assert.deepEqual(await edited.engine.up(first), [], "the second of the first up");
        for (const program of programs) {
          const said = await edited.engine.preview(program);
          const [done] = await Promise.all([edited.engine.up(program), fresh.engine.up(program)]);
          assert.deepEqual(done, said, "the up");
          assert.deepEqual(await edited.engine.up(program), [], "the second up");
          await mustShowTheSame(edited.host, fresh.host, [first, ...programs]);
          assert.deepEqual(edited.engine.waiting(), fresh.engine.waiting(), "what waits");
          await fresh.destroy();
        }
        await edited.destroy();
      } catch (error) {
        await Promise.all(stacks.map((stack) => stack.renew()));
        throw error;
      }
      return programs.length;
    });
  });

  after(() => Promise.all(stacks.map((stack) => stack.stop())));
});
