import { pathText } from "../core/values";
import { surveying } from "../kernel/survey";
import { isAnyDown } from "../kernel/wayDown";
import { isWaiting, lasting, told, type Waiting, waitingFor } from "../lifecycle/waiting";
import { lookAt, placesOf, removal } from "./look";
import type { Thing } from "./record";
import { type Done, type Task, takeAway, type Work } from "./work";

/** Whether some of these may have to wait: for another one that holds them up, or a device that is down already. */
export async function maySomeWait({ kernel, mark }: Work, tasks: readonly Task[]): Promise<boolean> {
  const waitable = tasks.filter(({ kind }) => kind.whileDown);
  if (waitable.length === 0) return false;
  if (tasks.some(({ kind, goal }) => kind.holdsUp?.(goal))) return true;
  const survey = surveying(kernel);
  const places = new Set(waitable.flatMap(({ kind, goal }) => kind.plan(goal, undefined, mark).flatMap(placesOf)));
  const looks = await Promise.all([
    ...[...places].map((netns) => isAnyDown(survey, netns)),
    ...waitable.map(async ({ kind, goal }) => (await waitingFor(kind, survey, goal)) !== undefined),
  ]);
  return looks.includes(true);
}

/** Those that can be made now, and those that wait: what there is of these in another form is taken away. */
export async function apart(
  work: Work,
  tasks: readonly Task[],
): Promise<{ ready: Task[]; waiting: Map<string, Done> }> {
  let waits = await waitsOf(work, tasks);
  while (waits.size > 0 && (await work.resource.others?.another())) waits = await waitsOf(work, tasks);
  const isReady = ({ key }: Task) => !waits.has(key);
  const standing = tasks.filter((task) => !isReady(task) && task.have !== undefined);
  if (standing.length > 0) {
    await takeAway(work, async () => {
      const looked = await lookAt(surveying(work.kernel), standing);
      return removal(looked.flatMap(({ kind, seen }) => (seen ? [{ kind, seen }] : [])));
    });
  }
  tell(work, tasks, waits);
  return {
    ready: tasks.filter(isReady),
    waiting: new Map([...waits].map(([key, { seen }]) => [key, { seen }])),
  };
}

async function waitsOf({ kernel, subject }: Work, tasks: readonly Task[]): Promise<Map<string, Waiting>> {
  const waits = await lasting(kernel, subject, () => {
    const survey = surveying(kernel);
    return Promise.all(tasks.map(({ kind, goal }) => waitingFor(kind, survey, goal)));
  });
  return new Map(tasks.flatMap(({ key }, index) => (waits[index] ? [[key, waits[index]]] : [])));
}

/** One warning for each reason; what has waited before is not told again. */
function tell({ resource, subject }: Work, tasks: readonly Task[], waits: ReadonlyMap<string, Waiting>): void {
  const byReason = new Map<string, string[]>();
  for (const task of tasks) {
    const { reason } = waits.get(task.key) ?? {};
    if (reason === undefined || isWaiting((task as Partial<Thing>).state)) continue;
    byReason.set(reason, [...(byReason.get(reason) ?? []), pathText(task.path)]);
  }
  for (const [reason, paths] of byReason) resource.warn(told(`${subject}: ${paths.join(", ")}`, reason));
}
