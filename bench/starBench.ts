import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { say } from "../tools/progress.mjs";
import { chart } from "./chart";
import type { Contender } from "./contenders/contender";
import { type Goal, goalsOf } from "./goals";
import { type Machine, machine } from "./machine";
import { singleResources, topology } from "./programs";
import { reportLines } from "./report";
import { measure, type Plan, type Row, reason } from "./rounds";
import { createShare } from "./share";
import { measureStart, type Start } from "./start";

/** All that one run has measured. Times are in seconds where nothing else is said. */
export interface Results {
  date: string;
  machine: Machine;
  /** What each contender is, and its version if it could be had. */
  contenders: Record<string, { title: string; version?: string }>;
  plan: Pick<Plan, "rounds" | "enoughSeconds" | "limitSeconds">;
  rows: Row[];
  start: Start;
  /** In which part of a whole `pulumi up` a Create of the provider is under way, at this N. */
  createShare: { n: number; topology?: number; single?: number };
  goals: Goal[];
}

/** The most for which a trace of each RPC stays small. */
const TRACED = 100;

/** Runs the plan, and returns what a reader is to see; leaves results.json and results.svg in a folder if there is one. */
export async function starBench(plan: Plan, out: string | undefined): Promise<string[]> {
  const results = await run(plan);
  if (out !== undefined) {
    await mkdir(out, { recursive: true });
    await writeFile(path.join(out, "results.json"), `${JSON.stringify(results, undefined, 2)}\n`);
    await writeFile(path.join(out, "results.svg"), chart(results));
  }
  return reportLines(results);
}

async function run(plan: Plan): Promise<Results> {
  const { versions, absent } = await prepare(plan.contenders);
  const start = await measureStart();
  const rows = await measure(plan, absent);
  const { rounds, enoughSeconds, limitSeconds } = plan;
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: await machine(),
    contenders: Object.fromEntries(
      plan.contenders.map(({ id, title }) => [id, { title, ...(versions[id] ? { version: versions[id] } : {}) }]),
    ),
    plan: { rounds, enoughSeconds, limitSeconds },
    rows,
    start,
    createShare: await shares(Math.min(TRACED, Math.max(...plan.ns)), Object.keys(versions), limitSeconds * 1000),
    goals: goalsOf(rows),
  };
}

async function prepare(contenders: readonly Contender[]) {
  const versions: Record<string, string> = {};
  const absent: Record<string, string> = {};
  for (const { id, title, prepare } of contenders) {
    try {
      versions[id] = await prepare();
    } catch (error) {
      absent[id] = reason(error);
      say(`${title} is not to be had here: ${absent[id]}`);
    }
  }
  return { versions, absent };
}

async function shares(n: number, ids: string[], limitMs: number): Promise<Results["createShare"]> {
  const programs = { topology, single: singleResources };
  const found: Results["createShare"] = { n };
  for (const [id, program] of Object.entries(programs) as ["topology" | "single", typeof topology][])
    if (ids.includes(id)) found[id] = await createShare(program, n, limitMs);
  return found;
}
