import fc from "fast-check";
import { type Program, printed } from "./program";

/** What one stack goes through: programs that are brought up one after the other, and what is done by hand in between. */
export type Scenario = readonly (Program | ManualChange)[];

/** Commands that somebody types on the host. */
export interface ManualChange {
  lines: string[];
}

export function isManualChange(one: Program | ManualChange): one is ManualChange {
  return "lines" in one;
}

/** Makes of the body of a program one in JavaScript. */
export const HEAD = 'const netns = require("pulumi-netns"); const pulumi = require("@pulumi/pulumi");\n';

const START = `To see it, as root on a machine that is thrown away:
  unshare --net --mount --propagation private sh
  mount -t tmpfs tmpfs /run && mkdir /run/netns && ip link set lo up
In a project with \`runtime: nodejs\` and the package pulumi-netns, one after the other:`;

/** The scenario as anyone can repeat it by hand. */
export function scenarioText(scenario: Scenario, end: string): string {
  const parts = scenario.map((one, index) =>
    isManualChange(one)
      ? `=== ${index + 1}. by hand ===\n${one.lines.join("\n")}`
      : `=== ${index + 1}. index.js, then \`pulumi up\` ===\n${HEAD}${printed(one)}`,
  );
  return [START, ...parts, `=== ${end} ===`].join("\n");
}

interface CheckOptions {
  /** How many to run at least: a scenario counts for as many as `work` answers. */
  count: number;
  end: string;
}

/** For how long a failing scenario is cut down to a short one. */
const SHRINK_MS = 90_000;

/** Runs random scenarios until there were enough. One that fails is cut short, and printed with what is wrong. */
export async function checkScenarios<T extends Scenario>(
  scenarios: fc.Arbitrary<T>,
  { count, end }: CheckOptions,
  work: (scenario: T) => Promise<number>,
): Promise<void> {
  let done = 0;
  let patience = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    if (patience === Number.POSITIVE_INFINITY ? done >= count : Date.now() > patience) return;
    try {
      done += await work(scenario);
    } catch (error) {
      patience = Math.min(patience, Date.now() + SHRINK_MS);
      throw error;
    }
  });
  await fc.assert(property, {
    numRuns: count,
    reporter({ failed, counterexample, seed, counterexamplePath, errorInstance }) {
      if (!failed) return;
      const [scenario] = counterexample as [T];
      throw new Error(`${scenarioText(scenario, end)}\n\n${errorInstance}\n(seed ${seed}, path ${counterexamplePath})`);
    },
  });
}
