import { say } from "../tools/progress.mjs";
import type { Contender } from "./contenders/contender";
import { type Machine, machine } from "./machine";
import { measure, type Plan, type Row, reason } from "./rounds";

/** What one run has measured. Times are in seconds where nothing else is said. */
export interface Results {
  date: string;
  machine: Machine;
  /** What each contender is, and its version if it could be had. */
  contenders: Record<string, { title: string; version: string | undefined }>;
  plan: Pick<Plan, "rounds" | "enoughSeconds" | "limitSeconds">;
  rows: Row[];
}

/** Runs a plan, with who of its contenders can be had here. */
export async function resultsOf(plan: Plan): Promise<Results> {
  const { versions, absent } = await prepare(plan.contenders);
  const { rounds, enoughSeconds, limitSeconds } = plan;
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: await machine(),
    contenders: Object.fromEntries(plan.contenders.map(({ id, title }) => [id, { title, version: versions[id] }])),
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
