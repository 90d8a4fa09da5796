import assert from "node:assert/strict";
import fc from "fast-check";
import { LabStack, mustShowTheSame } from "../support/engine/labStack";
import { asTopology } from "../support/programs/asTopology";
import { programSequences } from "../support/programs/blueprint";
import { choices, manualChangesFor } from "../support/programs/drift";
import type { Program } from "../support/programs/program";
import { checkScenarios, isManualChange, type ManualChange } from "../support/programs/scenario";
import { topologyPrograms } from "../support/programs/topologyPrograms";
import { needs } from "../support/suites/needs";
import { cases } from "../support/suites/soak";

const EDITS = cases(25, 10_000);
const DRIFTS = cases(12, 2_000);

const drifts = fc
  .tuple(programSequences({ minLength: 0, maxLength: 0 }), fc.array(choices, { minLength: 1, maxLength: 3 }))
  .filter(([[program = []]]) => asTopology(program) !== undefined)
  .map(([[program = []], drifts]): (ManualChange | Program)[] => {
    const whole = asTopology(program) ?? [];
    return [whole, ...drifts.flatMap((chosen) => [{ lines: manualChangesFor(program, chosen) }, whole])];
  });

describe("A Topology", function () {
  this.timeout(0);
  const stacks: LabStack[] = [];
  before(needs("root", "nsenter", "ip"));
  before(async () => {
    stacks.push(await LabStack.start(), await LabStack.start());
  });
  const orRenew = async (error: unknown) => {
    await Promise.all(stacks.map((stack) => stack.renew()));
    throw error;
  };

  it(`that is edited at random ends as the last one alone, ${EDITS} times`, async () => {
    const [edited, fresh] = stacks as [LabStack, LabStack];
    const end = "then the kernel must be that of the last program alone, a second up do nothing, destroy leave nothing";
    const act = async ([first = [], ...programs]: Program[]) => {
      await edited.engine.up(first);
      for (const program of programs) {
        await Promise.all([edited.engine.up(program), fresh.engine.up(program)]);
        assert.deepEqual(await edited.engine.up(program), [], "the second up");
        await mustShowTheSame(edited.host, fresh.host, [first, ...programs]);
        await fresh.destroy();
      }
      await edited.destroy();
      return programs.length;
    };
    await checkScenarios(topologyPrograms({ minLength: 1, maxLength: 4 }), { count: EDITS, end }, (scenario) =>
      act(scenario).catch(orRenew),
    );
  });

  it(`that is changed by hand at random is whole again after one up, ${DRIFTS} times`, async () => {
    const [stack] = stacks as [LabStack];
    const end = "each up must do what the preview said, and a second up nothing";
    const act = async (scenario: (ManualChange | Program)[]) => {
      let lines: string[] = [];
      for (const one of scenario) {
        if (isManualChange(one)) {
          lines = one.lines;
          for (const line of lines) await stack.host.tryRun(["sh", "-c", line]);
          continue;
        }
        const said = await stack.engine.preview(one);
        assert.deepEqual(await stack.engine.up(one), said, `after ${lines.join(", ")}: the up`);
        assert.deepEqual(await stack.engine.up(one), [], `after ${lines.join(", ")}: the second up`);
      }
      await stack.destroy();
      return scenario.filter((one) => isManualChange(one) && one.lines.length > 0).length;
    };
    await checkScenarios(drifts, { count: DRIFTS, end }, (scenario) => act(scenario).catch(orRenew));
  });

  after(() => Promise.all(stacks.map((stack) => stack.stop())));
});
