import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import type { Change } from "../support/engine/labEngine";
import { agree, LabStack, mustShowTheSame } from "../support/engine/labStack";
import type { Outcome } from "../support/engine/pulumi";
import { snapshot } from "../support/labHost/snapshot";
import { programSequences } from "../support/programs/blueprint";
import { printed } from "../support/programs/program";
import { HEAD, scenarioText } from "../support/programs/scenario";
import { changesOf, done, unchanged } from "../support/suites/exampleSuite";
import { cases } from "../support/suites/soak";
import { stackSuite } from "../support/suites/stackSuite";

const EDITS = cases(6, 100);

stackSuite("Random edits of a program through Pulumi's engine", [], (fixture) => {
  it(`end as the last program alone, by the steps that the tests' own engine takes, ${EDITS} times`, async function () {
    this.timeout(0);
    const [programs = []] = fc.sample(programSequences({ minLength: EDITS, maxLength: EDITS }), { numRuns: 1 });
    const [along, fresh] = [await LabStack.start(), await LabStack.start()];
    for (const one of [along, fresh]) fixture.atEnd(() => one.stop());
    const empty = await snapshot(fixture.host);
    const stack = await fixture.stackOf("");
    for (const [index, program] of programs.entries()) {
      try {
        await writeFile(path.join(stack.folder, "index.js"), HEAD + printed(program));
        const [outcome, changes] = await Promise.all([stack.up(), along.engine.up(program), fresh.engine.up(program)]);
        assert.deepEqual(stepsOf(done(outcome)), changes.map(stepOf).sort());
        unchanged(await stack.preview());
        await mustShowTheSame(fixture.host, fresh.host, programs);
        await fresh.destroy();
      } catch (error) {
        const all = programs.slice(0, index + 1);
        throw new Error(`${scenarioText(all, "then the kernel must be that of the last program alone")}\n\n${error}`);
      }
    }
    done(await stack.destroy());
    await agree([() => snapshot(fixture.host), async () => empty], "destroy leaves nothing");
  });
});

/** What was done to which resource of the lab; a replacement once, not in its parts. */
function stepsOf(outcome: Outcome): string[] {
  const all = changesOf(outcome).filter((step) => /^(create|update|replace|delete) (?!Stack |netns )/.test(step));
  return all.map((step) => step.replace(/ \S+/, "")).sort();
}

function stepOf({ op, resource }: Change): string {
  return `${op} ${resource}`;
}
