import { availableParallelism } from "node:os";
import { grouped } from "../core/values";
import type { Kernel, Subject } from "./kernel";
import { netnsOf, type Step } from "./step";

/** How many namespaces are worked in side by side, where programs are started in them. */
const WORKERS = 4 * availableParallelism();

/**
 * Does the steps of many things in their order; but programs that follow one another run side by side, in each namespace
 * in their order, such as the end of a process and its start anew.
 */
export async function executeAll(kernel: Kernel, steps: readonly Step[], subject: Subject): Promise<void> {
  for (const turn of turns(kernel, steps)) {
    const failures: unknown[] = [];
    const worker = async () => {
      for (let job = turn.shift(); job && failures.length === 0; job = turn.shift()) {
        await kernel.execute(job, subject).catch((error: unknown) => failures.push(error));
      }
    };
    // After a failure nothing more is begun, and what is under way is waited for.
    await Promise.all(Array.from({ length: WORKERS }, worker));
    if (failures.length > 0) throw failures[0];
  }
}

/** The jobs of each turn, which go side by side. */
function turns(kernel: Kernel, steps: readonly Step[]): Step[][][] {
  const alike: { runs: boolean; steps: Step[] }[] = [];
  for (const step of steps) {
    const [last, runs] = [alike.at(-1), kernel.runs(step)];
    if (last?.runs === runs) last.steps.push(step);
    else alike.push({ runs, steps: [step] });
  }
  return alike.map(({ runs, steps }) => (runs ? [...grouped(steps, netnsOf).values()] : [steps]));
}
