import assert from "node:assert/strict";
import type fc from "fast-check";
import type { LabEngine } from "../support/engine/labEngine";
import { LabStack, mustShowTheSame } from "../support/engine/labStack";
import { asTopology } from "../support/programs/asTopology";
import { programSequences } from "../support/programs/blueprint";
import type { Program } from "../support/programs/program";
import { checkScenarios } from "../support/programs/scenario";
import type { LabProvider } from "../support/provider/labProvider";
import { needs } from "../support/suites/needs";
import { cases, isSoak, sample } from "../support/suites/soak";

const PAIRS = cases(3, 200);
/** Of the steps of one update, so many are made to fail: all of them where there is time. */
const STEPS = isSoak ? Number.POSITIVE_INFINITY : 4;

/** A program, and the one that is to come after it. */
type Pair = [before: Program, next: Program];
const pairs = programSequences({ minLength: 1, maxLength: 1 }) as fc.Arbitrary<Pair>;
const topologies = pairs
  .map((programs) => programs.map((program) => asTopology(program)))
  .filter((programs): programs is Pair => programs.every((one) => one !== undefined));

describe("An update that fails", function () {
  this.timeout(0);
  const stacks: LabStack[] = [];
  before(needs("root", "nsenter", "ip"));
  before(async () => {
    stacks.push(await LabStack.start(), await LabStack.start(), await LabStack.start());
  });
  const orRenew = async (error: unknown) => {
    await Promise.all(stacks.map((stack) => stack.renew()));
    throw error;
  };

  /** Makes the steps of the update fail, one in each try; after each failure `after` says what must be. */
  async function failEach([before, next]: Pair, after: (was: string) => Promise<void>): Promise<void> {
    const [{ engine, provider }] = stacks as [LabStack];
    const count = await stepsOf(engine, provider, [before, next]);
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    for (const step of sample(numbers, STEPS)) {
      await provider.failAt(step);
      const error = await engine.up(next).then(
        () => undefined,
        ({ message }: Error) => message,
      );
      const came = await provider.came();
      await provider.failAt();
      if (error !== undefined) await after(`step ${step} of ${count} failed: ${error}`);
      else {
        // Beside a step about what had gone by itself it was done again after another look.
        assert.ok(came > count, `step ${step} of ${count} was to fail, and no error is told of it`);
        await engine.up(before);
      }
    }
  }

  it(`of a Topology is undone: the program of before is at rest, then the new one works, ${PAIRS} times`, async () => {
    const [edited, old, fresh] = stacks as [LabStack, LabStack, LabStack];
    const end = "with each of its steps failing in turn, the second must leave the first at rest, and then work";
    await checkScenarios(topologies, { count: PAIRS, end }, async (programs) => {
      const [before, next] = programs;
      const act = async () => {
        await Promise.all([old.engine.up(before), fresh.engine.up(next)]);
        await edited.engine.up(before);
        await failEach(programs, async (was) => {
          assert.deepEqual(await edited.engine.up(before), [], `${was}: the program of before`);
          await mustShowTheSame(edited.host, old.host, programs).catch(telling(was));
        });
        await edited.engine.up(next);
        await mustShowTheSame(edited.host, fresh.host, programs);
        for (const stack of [edited, old, fresh]) await stack.destroy();
        return 1;
      };
      return act().catch(orRenew);
    });
  });

  it(`of single resources is gone on with, or back from, in one up, ${PAIRS} times`, async () => {
    const [edited, old, fresh] = stacks as [LabStack, LabStack, LabStack];
    const end = "with each of its steps failing in turn, the second must work after that, and so must the first";
    await checkScenarios(pairs, { count: PAIRS, end }, async (programs) => {
      const [before, next] = programs;
      const comesTo = async (program: Program, like: LabStack, was: string) => {
        await edited.engine.up(program).catch(telling(`${was}: the next up`));
        assert.deepEqual(await edited.engine.up(program), [], `${was}: the second up`);
        await mustShowTheSame(edited.host, like.host, programs).catch(telling(was));
      };
      const act = async () => {
        await Promise.all([old.engine.up(before), fresh.engine.up(next)]);
        await edited.engine.up(before);
        let isForward = true;
        await failEach(programs, async (was) => {
          if (isForward) await comesTo(next, fresh, was);
          await comesTo(before, old, `${was}, and back`);
          isForward = !isForward;
        });
        for (const stack of [edited, old, fresh]) await stack.destroy();
        return 1;
      };
      return act().catch(orRenew);
    });
  });

  after(() => Promise.all(stacks.map((stack) => stack.stop())));
});

/** How many steps an update has, which is done and taken back for that. */
async function stepsOf(engine: LabEngine, provider: LabProvider, [before, next]: Pair): Promise<number> {
  await provider.failAt();
  await engine.up(next);
  const steps = await provider.came();
  await engine.up(before);
  return steps;
}

function telling(was: string): (error: Error) => never {
  return (error) => {
    throw new Error(`${was}: ${error.message}`);
  };
}
