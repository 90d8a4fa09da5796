import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { changesOf, done, unchanged } from "../support/example";
import type { Change } from "../support/labEngine";
import type { Outcome } from "../support/pulumi";
import { agree, mustShowTheSame, Seat } from "../support/seat";
import { chains } from "../support/slots";
import { snapshot } from "../support/snapshot";
import { cases } from "../support/soak";
import { stackSuite } from "../support/stackSuite";
import { HEAD, told } from "../support/story";
import { printed } from "../support/topology";

const EDITS = cases(10, 100);

stackSuite("Random edits of a program through Pulumi's engine", [], (desk) => {
  it(`end as the last program alone, by the steps that the tests' own engine takes, ${EDITS} times`, async function () {
    this.timeout(0);
    const [programs = []] = fc.sample(chains({ minLength: EDITS, maxLength: EDITS }), { numRuns: 1 });
    const [along, fresh] = [await Seat.start(), await Seat.start()];
    for (const seat of [along, fresh]) desk.atEnd(() => seat.stop());
    const empty = await snapshot(desk.host);
    const stack = await desk.stackOf("");
    for (const [index, program] of programs.entries()) {
      try {
        await writeFile(path.join(stack.folder, "index.js"), HEAD + printed(program));
        const [outcome, changes] = await Promise.all([stack.up(), along.engine.up(program), fresh.engine.up(program)]);
        assert.deepEqual(stepsOf(done(outcome)), changes.map(stepOf).sort());
        unchanged(await stack.preview());
        await mustShowTheSame(desk.host, fresh.host, programs);
        await fresh.destroy();
      } catch (error) {
        const all = programs.slice(0, index + 1);
        throw new Error(`${told(all, "then the kernel must be that of the last program alone")}\n\n${error}`);
      }
    }
    done(await stack.destroy());
    await agree([() => snapshot(desk.host), async () => empty], "destroy leaves nothing");
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
