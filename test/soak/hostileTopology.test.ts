import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "../../provider/core/check";
import { ifName, netnsName } from "../../provider/core/fields";
import { type Json, mapLeaves } from "../../provider/core/values";
import { executeAll } from "../../provider/kernel/executeAll";
import { withReadCache } from "../../provider/kernel/kernel";
import type { Definition } from "../../provider/resources/kind";
import { elementsOf } from "../../provider/topology/elements";
import { lookAt } from "../../provider/topology/look";
import { assertAlike, hostileInputs, isRecorded, recordingOf, Substitutes } from "../support/inputs/hostileInputs";
import { hostileTexts } from "../support/inputs/hostileTexts";
import { stateFor } from "../support/inputs/states";
import { lists, MARK, topology } from "../support/inputs/topologyInputs";
import { cases } from "../support/suites/soak";

describe("Hostile input that Check takes in a Topology", () => {
  it("adds no command, no request, no option and no word to what it does, in whichever order that goes out", async () => {
    let taken = 0;
    const property = fc.asyncProperty(labs, async (values) => {
      if (!isTaken(topology)(values)) return;
      const { parsed } = parse(topology.inputs, values);
      const plain = new Substitutes();
      // The keys first: only what stands in for them must be such.
      for (const { key } of (parsed.sysctls ?? []) as Json[]) plain.standIn(key, "key");
      const harmless = mapLeaves(parsed, (leaf, path) => plain.standIn(leaf, String(path.at(-1)))) as Json;
      const expected = await allOf(harmless);
      // What is only proved does nothing.
      if (expected.done.length === 0) return;
      taken += 1;
      assertAlike(await allOf(parsed), expected, plain, false);
    });
    const runs = cases(200, 20_000);
    await fc.assert(property, { numRuns: runs });
    assert.ok(taken > runs / 2, `only ${taken} of ${runs} were taken`);
  }).timeout(0);
});

const isTaken = (kind: Definition) => (values: Json) => {
  const { parsed, faults } = parse(kind.inputs, values);
  return faults.length === 0 && (kind.crossCheck?.(parsed) ?? []).length === 0;
};

const recorded = lists.filter(({ kind }) => isRecorded(kind));

/** Topologies of a few hostile names, which are in all of its lists. */
const labs = fc
  .tuple(
    fc.uniqueArray(
      hostileTexts.filter((text) => ifName().safeParse(text).success),
      { minLength: 2, maxLength: 5 },
    ),
    fc.uniqueArray(
      hostileTexts.filter((text) => netnsName().safeParse(text).success),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .chain(([devices, names]) => {
    const [device, netns] = [fc.constantFrom(...devices), fc.constantFrom(...names)];
    return fc.record(
      Object.fromEntries(
        recorded.map(({ name, kind }) => [
          name,
          fc.array(hostileInputs(kind, device, netns), { maxLength: 6 }).map((all) => all.filter(isTaken(kind))),
        ]),
      ),
    );
  })
  .map(withoutFaulty);

/** What is left of a lab without the elements that Check has something against, one after the other. */
function withoutFaulty(lab: Json): Json {
  const { parsed, faults } = parse(topology.inputs, lab);
  const [fault] = [...faults, ...(topology.crossCheck?.(parsed) ?? [])];
  if (!fault) return lab;
  const [list, index] = fault.path as [string, number];
  return withoutFaulty({ ...lab, [list]: (lab[list] as Json[]).toSpliced(index, 1) });
}

/** Everything that making, looking at and removing a whole topology gives to the host. */
function allOf(lab: Json) {
  const elements = elementsOf(lists, lab);
  const states = elements.map(({ kind, values }) => ({ kind, state: stateFor(kind, values) }));
  const made = elements.flatMap(({ kind, values }) => kind.plan(values, undefined, MARK));
  const removed = states.toReversed().flatMap(({ kind, state }) => kind.remove(state, { state, what: "" }));
  return recordingOf(async (kernel) => {
    await executeAll(kernel, made, "test");
    await lookAt(
      withReadCache(kernel),
      elements.map(({ kind, values }) => ({ kind, where: kind.where(values) })),
    ).catch(() => {});
    await executeAll(kernel, removed, "test");
  });
}
