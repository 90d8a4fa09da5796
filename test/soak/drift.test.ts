import assert from "node:assert/strict";
import fc from "fast-check";
import { LabStack } from "../support/engine/labStack";
import { type Snapshot, snapshot } from "../support/labHost/snapshot";
import { programSequences } from "../support/programs/blueprint";
import { byName, choices, manualChangesFor } from "../support/programs/drift";
import type { Program } from "../support/programs/program";
import { checkScenarios, isManualChange, type ManualChange } from "../support/programs/scenario";
import { needs } from "../support/suites/needs";
import { cases } from "../support/suites/soak";
import { viewOf } from "./view";

const DRIFTS = cases(25, 2_000);

const scenarios = fc
  .tuple(programSequences({ minLength: 0, maxLength: 0 }), fc.array(choices, { minLength: 1, maxLength: 4 }))
  .map(([[program = []], drifts]): [Program, ...(ManualChange | Program)[]] => [
    program,
    ...drifts.flatMap((chosen) => [{ lines: manualChangesFor(program, chosen) }, program]),
  ]);

describe("Random drift", function () {
  this.timeout(0);
  let stack: LabStack;
  before(needs("root", "nsenter", "ip", "sysctl"));
  before(async () => {
    stack = await LabStack.start();
  });

  it(`is what the preview says, and all that the next up changes, ${DRIFTS} times`, async () => {
    const end = "what each preview said must be what the up then changed, and a second up do nothing";
    await checkScenarios(scenarios, { count: DRIFTS, end }, async ([program, ...rest]) => {
      const drifts = rest.filter(isManualChange);
      try {
        await stack.engine.up(program);
        for (const { lines } of drifts) {
          for (const line of lines) await stack.host.tryRun(["sh", "-c", line]);
          const before = await snapshot(stack.host);
          const said = await stack.engine.preview(program);
          assert.deepEqual(await stack.engine.up(program), said, `after ${lines.join(", ")}: the up`);
          const seen = changed(program, before, await snapshot(stack.host));
          // What waits is tried again with each device of its namespace that is set up, and leaves nothing to see.
          const waiting = stack.engine.waiting();
          // What is lost with something that is changed, and made again, may look as before.
          const again = new Set(said.filter(({ op }) => op === "replace").map(({ resource }) => resource));
          const names = said.map(({ resource }) => resource);
          assert.deepEqual(
            seen,
            names.filter((name) => !(waiting.has(name) || again.has(name)) || seen.includes(name)),
          );
          assert.deepEqual(await stack.engine.up(program), [], `after ${lines.join(", ")}: the second up`);
        }
        await stack.destroy();
      } catch (error) {
        await stack.renew();
        throw error;
      }
      return drifts.filter(({ lines }) => lines.length > 0).length;
    });
  });

  after(() => stack?.stop());
});

function changed(program: Program, before: Snapshot, after: Snapshot): string[] {
  const texts = byName(program);
  return texts
    .filter((one) => viewOf(one, before) !== viewOf(one, after))
    .map(({ name }) => name)
    .sort();
}
