import assert from "node:assert/strict";
import { LabStack, mustShowTheSame } from "../support/engine/labStack";
import { programSequences } from "../support/programs/blueprint";
import { checkScenarios } from "../support/programs/scenario";
import { needs } from "../support/suites/needs";
import { cases } from "../support/suites/soak";

const EDITS = cases(25, 10_000);

describe("Random edits of a program", function () {
  this.timeout(0);
  const stacks: LabStack[] = [];
  before(needs("root", "nsenter", "ip"));
  before(async () => {
    stacks.push(await LabStack.start(), await LabStack.start());
  });

  it(`end as the last program alone, ${EDITS} times`, async () => {
    const [edited, fresh] = stacks as [LabStack, LabStack];
    const end = "then the kernel must be that of the last program alone, a second up do nothing, destroy leave nothing";
    await checkScenarios(programSequences({ minLength: 1, maxLength: 4 }), { count: EDITS, end }, async (programs) => {
      try {
        await edited.engine.up(programs[0] ?? []);
        for (const program of programs.slice(1)) {
          await Promise.all([edited.engine.up(program), fresh.engine.up(program)]);
          assert.deepEqual(await edited.engine.up(program), [], "the second up");
          await mustShowTheSame(edited.host, fresh.host, programs);
          await fresh.destroy();
        }
        await edited.destroy();
      } catch (error) {
        await Promise.all(stacks.map((stack) => stack.renew()));
        throw error;
      }
      return programs.length - 1;
    });
  });

  after(() => Promise.all(stacks.map((stack) => stack.stop())));
});
