import { availableParallelism } from "node:os";
import type { RunResult } from "../host/host";
import { batchesOf, isOneBatch, shares, stepAt, textOf } from "./batches";
import { kindOf } from "./failure";
import { type Kernel, rowsIn, type Subject } from "./kernel";
import type { Step } from "./step";
import type { Device, Devices } from "./survey";
import { type Job, waves } from "./waves";

/** How many things are run side by side: what they start keeps the processors busy. */
const WORKERS = availableParallelism();

type Shown = Map<string | undefined, Device[]>;

/** The job of some that failed, and how. */
interface Failure {
  job: Job;
  result: RunResult;
}

/**
 * Runs the steps of many things, side by side where they can. Answers what the namespaces show that were worked in, as
 * far as that was seen after the last step there.
 */
export async function executeAll(kernel: Kernel, steps: readonly Step[], subject: Subject): Promise<Devices> {
  const shown: Shown = new Map();
  for (const wave of waves(steps)) {
    for (const { netns } of wave) shown.delete(netns);
    const together = shares(wave.filter(isOneBatch), WORKERS).map((share) => async () => {
      const failure = await runShare(kernel, share, shown);
      if (failure)
        throw kernel.failed(
          stepAt(failure.job, failure.result.stderr) ?? looking(failure.job),
          failure.result,
          subject,
        );
    });
    const others = wave.filter((job) => !isOneBatch(job)).map((job) => () => kernel.execute(job.steps, subject));
    await sideBySide([...together, ...others]);
  }
  return shown;
}

/** What the namespaces show, each if it is there. */
export async function showAll(kernel: Kernel, namespaces: readonly string[]): Promise<Devices> {
  const shown: Shown = new Map();
  const jobs = namespaces.map((netns): Job => ({ netns, steps: [] }));
  const look = async (share: Job[]): Promise<void> => {
    const failure = await runShare(kernel, share, shown);
    if (!failure) return;
    if (kindOf(failure.result, kernel.signal) !== "notFound")
      throw kernel.failed(looking(failure.job), failure.result, `namespace ${failure.job.netns}`);
    // It went away in this moment: the others may still be there.
    await look(share.slice(share.indexOf(failure.job) + 1));
  };
  await sideBySide(shares(jobs, WORKERS).map((share) => () => look(share)));
  return shown;
}

/** Runs batches one after the other, up to the first that fails. */
async function runShare(kernel: Kernel, share: readonly Job[], shown: Shown): Promise<Failure | undefined> {
  const [first] = share;
  if (!first) return;
  const result = await kernel.run(batchesOf(share), share.map((job) => told(kernel, job)).join("\n"));
  const lines = result.stdout.split("\n").filter((line) => line !== "");
  for (const [index, job] of share.entries()) {
    const line = lines[index];
    if (line === undefined && result.exitCode !== 0) return { job, result };
    shown.set(
      job.netns,
      rowsIn<Device>(line ?? "", "ip -j -d addr show").filter((row) => row.ifname !== undefined),
    );
  }
  return;
}

/** One after the other in each of a few places. After a failure nothing more is begun, and what is under way is waited for. */
async function sideBySide(tasks: (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  const worker = async () => {
    for (let task = tasks.shift(); task && failures.length === 0; task = tasks.shift()) {
      await task().catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  if (failures.length > 0) throw failures[0];
}

function told(kernel: Kernel, { netns, steps }: Job): string {
  const [first] = steps;
  const command = first?.makes ? kernel.asTyped(undefined, first.argv) : kernel.asTyped(netns, ["ip", "-batch", "-"]);
  const text = textOf(first?.makes ? steps.slice(1) : steps);
  return [command, ...`${text}\naddr show`.trim().split("\n")].join("\n  ");
}

function looking({ netns }: Job): Step {
  return { netns, argv: ["ip", "-j", "-d", "addr", "show"], what: "look into it" };
}
