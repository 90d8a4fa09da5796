import path from "node:path";
import { build } from "esbuild";
import { scratch } from "../engine/project";

/** When a run is killed: before a change is asked for, after that and before the answer is read, after the answer. */
export const MOMENTS = ["before", "after", "answered"] as const;
export const VICTIMS = ["provider", "engine", "both"] as const;

export type Moment = (typeof MOMENTS)[number];
export type Victim = (typeof VICTIMS)[number];

/** A change that the provider makes, or what it asks of nftables: its words, and that they come for the `at`th time. */
export interface Change {
  words: string;
  at: number;
}

export interface Kill extends Change {
  moment: Moment;
  victim: Victim;
}

/** What the plugin of a run is to meet when it speaks to the kernel; see faultInjector.ts. */
export interface FaultPlan {
  /** Where it logs its changes, and what it tells and is told. */
  folder: string;
  kill?: Kill | undefined;
  /** Stops before the first change whose words match, until `resume` is in the folder. */
  hold?: string | undefined;
  /** The first change whose words match is none that the kernel knows. */
  refuse?: string | undefined;
}

let built: Promise<string> | undefined;

/** The environment of the run whose plugin meets these faults. */
export async function faultEnv(plan: FaultPlan): Promise<NodeJS.ProcessEnv> {
  built ??= buildInjector();
  return { NODE_OPTIONS: `--require=${await built}`, LAB_FAULTS: JSON.stringify(plan) };
}

async function buildInjector(): Promise<string> {
  const outfile = path.join(await scratch("faults"), "faultInjector.js");
  const entryPoints = [path.join(__dirname, "faultInjector.ts")];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "cjs", logLevel: "warning" });
  return outfile;
}
