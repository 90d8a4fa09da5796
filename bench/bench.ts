import { chart } from "./chart";
import { goalsOf } from "./goals";
import { growthsOf } from "./growth";
import { singleResources, topology } from "./programs";
import type { Outcome } from "./publish";
import { headLines, shapesLines, starLines } from "./report";
import { type BenchResults, type Results, resultsOf } from "./results";
import type { Plan } from "./rounds";
import { star } from "./shapes/star";
import { createShare } from "./share";
import { measureStart } from "./start";
import { rowLines } from "./table";

/** The most for which a trace of every RPC stays small. */
const TRACED = 100;
/** A start is quick: so many for one round of the star. */
const START_ROUNDS = 4;

/** The shapes by their contenders; with the star, what else there is to measure of the plugin. */
export async function bench(plan: Plan): Promise<Outcome> {
  const starNs = plan.shapes.find(({ shape }) => shape === star)?.ns;
  const start = starNs && (await measureStart(START_ROUNDS * plan.rounds));
  const measured = await resultsOf(plan);
  const growth = growthsOf(measured.rows);
  const results: BenchResults = {
    ...measured,
    growth,
    goals: goalsOf(measured.rows, growth, start),
    start,
    createShare: starNs && (await shares(starNs, plan.limitSeconds * 1000, measured)),
  };
  return {
    blocks: { star: starLines(results), shapes: shapesLines(results) },
    files: { "results.json": asText(results), ...(starNs && { "results.svg": chart(results) }) },
  };
}

/** The star out of single resources, by what Pulumi can be told. */
export async function engineBench(plan: Plan): Promise<Outcome> {
  const results = await resultsOf(plan);
  const rows = plan.shapes.flatMap(({ shape, ns }) => ns.flatMap((n) => ["", ...rowLines(results, shape.id, n)]));
  return { blocks: { engine: [...headLines(results), ...rows] }, files: { "engine.json": asText(results) } };
}

async function shares(ns: readonly number[], limitMs: number, { contenders }: Results) {
  const lab = { shape: star, n: Math.min(TRACED, Math.max(...ns)) };
  const share = async (id: string, program: typeof topology) =>
    contenders[id]?.version === undefined ? undefined : createShare(program, lab, limitMs);
  return { n: lab.n, topology: await share("topology", topology), single: await share("single", singleResources) };
}

function asText(results: Results): string {
  return `${JSON.stringify(results, undefined, 2)}\n`;
}
