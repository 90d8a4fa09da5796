import { chart } from "./chart";
import { type Goal, goalsOf } from "./goals";
import { type Growth, growthsOf } from "./growth";
import { singleResources, topology } from "./programs";
import type { Outcome } from "./publish";
import { starLines } from "./report";
import { type Results, resultsOf } from "./results";
import type { Plan } from "./rounds";
import { createShare } from "./share";
import { measureStart, type Start } from "./start";

export interface StarResults extends Results {
  start: Start;
  /** In which part of a whole `pulumi up` a Create of the provider is under way, at this N. */
  createShare: { n: number; topology: number | undefined; single: number | undefined };
  growth: Growth[];
  goals: Goal[];
}

/** The most for which a trace of every RPC stays small. */
const TRACED = 100;
/** A start is quick: so many for one round of the star. */
const START_ROUNDS = 4;

/** The star by all contenders, and what else there is to measure of the plugin. */
export async function starBench(plan: Plan): Promise<Outcome> {
  const start = await measureStart(START_ROUNDS * plan.rounds);
  const measured = await resultsOf(plan);
  const results: StarResults = {
    ...measured,
    start,
    createShare: await shares(plan, measured),
    growth: growthsOf(measured.rows),
    goals: goalsOf(measured.rows),
  };
  const files = {
    "results.json": `${JSON.stringify(results, undefined, 2)}\n`,
    "results.svg": chart(results),
  };
  return { name: "star", lines: starLines(results), files };
}

async function shares({ ns, limitSeconds }: Plan, { contenders }: Results): Promise<StarResults["createShare"]> {
  const n = Math.min(TRACED, Math.max(...ns));
  const share = async (id: string, program: typeof topology) =>
    contenders[id]?.version === undefined ? undefined : createShare(program, n, limitSeconds * 1000);
  return { n, topology: await share("topology", topology), single: await share("single", singleResources) };
}
