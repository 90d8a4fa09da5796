import { type Json, mapLeaves } from "../core/values";
import { withReadCache } from "../kernel/kernel";
import { isRest, MARK } from "../lifecycle/state";
import type { Kind, Seen } from "../resources/kind";
import { type Looked, lookAt, removal } from "./look";
import { maySomeWait, splitWaiting } from "./waits";
import { carryOut, type Done, type Task, takeAway, type Work } from "./work";

/**
 * Makes and changes things, in their order; where devices may be down, what needs those after them, and only if it can be.
 * `lostBy`: what has gone along with what was done so far; what needs devices may stand on it, and then waits with it.
 */
export async function carryOutInStages(
  work: Work,
  tasks: readonly Task[],
  lostBy: (done: ReadonlyMap<string, Done>) => Promise<Task[]> = async () => [],
): Promise<Map<string, Done>> {
  const first = (await maySomeWait(work, tasks)) ? tasks.findIndex(({ kind }) => kind.whileDown) : tasks.length;
  const before = await carryOutInTurn(work, tasks.slice(0, first));
  if (first === tasks.length) return before;
  const back = await carryOutInTurn(work, await lostBy(before));
  const done = new Map([...before, ...back]);
  const { waiting, ready } = await splitWaiting(work, await asTheyStand(work, tasks.slice(first)));
  return new Map([...done, ...waiting, ...(await carryOutInTurn(work, ready))]);
}

/**
 * Makes and changes things, in their order. Before the first that the kernel may have dropped meanwhile, for it is on
 * others that are changed, another look shows what is to be changed and what is to be made anew.
 */
async function carryOutInTurn(work: Work, tasks: readonly Task[]): Promise<Map<string, Done>> {
  const first = tasks.findIndex(({ kind, have }) => have !== undefined && !kind.bearsMark && !kind.setting);
  if (first <= 0) return carryOut(work, tasks);
  const done = await carryOut(work, tasks.slice(0, first));
  return new Map([...done, ...(await carryOut(work, await asTheyStand(work, tasks.slice(first))))]);
}

/** The tasks as they stand now: the kernel may have dropped what was to be changed. */
export async function asTheyStand(work: Work, tasks: readonly Task[]): Promise<Task[]> {
  const changed = await lookAt(
    withReadCache(work.kernel),
    tasks.filter(({ have }) => have !== undefined),
  );
  await clearAway(work, changed);
  const now = new Map(changed.map((task) => [task.key, task]));
  return tasks.map((task) => {
    const looked = now.get(task.key);
    if (!looked) return task;
    return looked.seen?.state ? { ...task, have: looked.seen.state } : anew(task);
  });
}

/** What is broken, or is there and to be made anew, is in the way of that. */
export async function clearAway(work: Work, looked: readonly (Task & Looked)[]): Promise<void> {
  const inTheWay = looked.flatMap(({ kind, seen, have }) => {
    if (!seen) return [];
    const mustGo = seen.state ? have === undefined && mayGo(work, kind, seen) : isRest({ [MARK]: work.mark }, seen);
    return mustGo ? [{ kind, seen }] : [];
  });
  if (inTheWay.length > 0) await takeAway(work, async () => removal(inTheWay));
}

function mayGo({ mark }: Work, kind: Kind, seen: Seen<Json>): boolean {
  return !kind.bearsMark || seen.mark === mark;
}

/** Made anew, it has by itself what it is not given. */
export function anew<T extends Task>(task: T): T {
  return { ...task, goal: mapLeaves(task.goal, (leaf) => leaf) as Json, have: undefined };
}
