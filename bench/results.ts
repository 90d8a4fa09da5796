import { say } from "../tools/progress.mjs";
import type { Contender } from "./contenders/contender";
import type { Goal } from "./goals";
import type { Growth } from "./growth";
import { type Machine, machine } from "./machine";
import { measure, type Plan, type Row, reason } from "./rounds";
import type { Start } from "./start";

/** What one run has measured. Times are in seconds where nothing else is said. */
export interface Results {
  date: string;
  machine: Machine;
  /** What each shape is. */
  shapes: Record<string, string>;
  /** What each contender is, and its version if it could be had. */
  contenders: Record<string, { title: string; version: string | undefined }>;
  plan: Pick<Plan, "rounds" | "enoughSeconds" | "limitSeconds">;
  rows: Row[];
}

/** The same of a run that tells of the plugin itself, too. */
export interface BenchResults extends Results {
  growth: Growth[];
  goals: Goal[];
  start: Start | undefined;
  /** In which part of a whole `pulumi up` of the star a Create of the provider is under way, at this N. */
  createShare: { n: number; topology: number | undefined; single: number | undefined } | undefined;
}

/** Runs a plan, with who of its contenders can be had here. */
export async function resultsOf(plan: Plan): Promise<Results> {
  const contenders = [...new Set(plan.shapes.flatMap((one) => one.contenders))];
  const { versions, absent } = await prepare(contenders);
  const { rounds, enoughSeconds, limitSeconds } = plan;
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: await machine(),
    shapes: Object.fromEntries(plan.shapes.map(({ shape: { id, about } }) => [id, about])),
    contenders: Object.fromEntries(contenders.map(({ id, title }) => [id, { title, version: versions[id] }])),
    plan: { rounds, enoughSeconds, limitSeconds },
    rows: await measure(plan, absent),
  };
}

async function prepare(contenders: readonly Contender[]) {
  const versions: Record<string, string> = {};
  const absent: Record<string, string> = {};
  for (const { id, title, prepare } of contenders) {
    try {
      versions[id] = (await prepare()).trim();
    } catch (error) {
      absent[id] = reason(error);
      say(`${title} is not to be had here: ${absent[id]}`);
    }
  }
  return { versions, absent };
}
