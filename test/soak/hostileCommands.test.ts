import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "../../provider/core/check";
import { type Json, mapLeaves } from "../../provider/core/values";
import { newMark } from "../../provider/kernel/mark";
import { kinds } from "../../provider/resources";
import type { Kind } from "../../provider/resources/kind";
import { assertAlike, hostileInputs, isRecorded, recordingOf, Substitutes } from "../support/inputs/hostileInputs";
import { stateFor } from "../support/inputs/states";
import { cases } from "../support/suites/soak";

const MARK = newMark("urn:pulumi:dev::lab::netns:index:Namespace::test");

describe("Hostile input that Check takes", () => {
  // What is proved is not given to the host as a command or a request.
  for (const kind of kinds.filter((kind) => kind.prove === undefined && isRecorded(kind))) {
    it(`adds no command, no request, no option and no word to what a ${kind.type} does, and is in it as it means`, async () => {
      let taken = 0;
      const property = fc.asyncProperty(hostileInputs(kind), async (values) => {
        const { parsed, faults } = parse(kind.inputs, values);
        if (faults.length > 0 || (kind.crossCheck?.(parsed) ?? []).length > 0) return;
        taken += 1;
        const plain = new Substitutes();
        const harmless = mapLeaves(parsed, (leaf, path) => plain.standIn(leaf, String(path.at(-1)))) as Json;
        assertAlike(await allOf(kind, parsed), await allOf(kind, harmless), plain);
      });
      const runs = cases(1000, 200_000);
      await fc.assert(property, { numRuns: runs });
      assert.ok(taken > runs / 50, `only ${taken} of ${runs} were taken`);
    }).timeout(0);
  }
});

/** Everything that a kind's operations give to the host. */
function allOf(kind: Kind, inputs: Json) {
  const have = stateFor(kind, inputs);
  const other = mapLeaves(have, (leaf) => (typeof leaf === "boolean" ? !leaf : leaf)) as Json;
  const plans = [
    kind.plan(inputs, undefined, MARK),
    kind.plan(inputs, other, MARK),
    kind.remove(have, { state: have, what: "" }),
    kind.remove(have, { state: have, what: "", takesOthersAlong: true }),
  ];
  return recordingOf(async (kernel) => {
    for (const steps of plans) await kernel.execute(steps, "test");
    await kind.observe(kernel, kind.where(inputs)).catch(() => {});
    await kind.observe(kernel, kind.parseId(kind.id(inputs))).catch(() => {});
  });
}
