import { grouped, pathText } from "../core/values";
import { withReadCache } from "../kernel/kernel";
import { isAnyDown } from "../kernel/nexthops";
import { isWaiting, lasting, QUIET_MS, told, type Waiting, waitingFor } from "../lifecycle/waiting";
import { lookAt, placesOf, removal } from "./look";
import type { Thing } from "./record";
import { type Done, type Task, takeAway, type Work } from "./work";

/** Whether some of these may have to wait: for another one that holds them up, or a device that is down already. */
export async function maySomeWait({ kernel, mark }: Work, tasks: readonly Task[]): Promise<boolean> {
  const waitable = tasks.filter(({ kind }) => kind.whileDown);
  if (waitable.length === 0) return false;
  if (tasks.some(({ kind, goal }) => kind.holdsUp?.(goal))) return true;
  const cached = withReadCache(kernel);
  const places = new Set(waitable.flatMap(({ kind, goal }) => kind.plan(goal, undefined, mark).flatMap(placesOf)));
  const looks = await Promise.all([
    ...[...places].map((netns) => isAnyDown(cached, netns)),
    ...waitable.map(async ({ kind, goal }) => (await waitingFor(kind, cached, goal)) !== undefined),
  ]);
  return looks.includes(true);
}

/** Those that can be made now, and those that wait: what there is of these in another form is taken away. */
export async function splitWaiting(
  work: Work,
  tasks: readonly Task[],
): Promise<{ ready: Task[]; waiting: Map<string, Done> }> {
  let waits = await waitsOf(work, tasks);
  while (waits.size > 0 && (await work.resource.others?.another(QUIET_MS))) waits = await waitsOf(work, tasks);
  const isReady = ({ key }: Task) => !waits.has(key);
  const standing = tasks.filter((task) => !isReady(task) && task.have !== undefined);
  if (standing.length > 0) {
    await takeAway(work, async () => {
      const looked = await lookAt(withReadCache(work.kernel), standing);
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
    const cached = withReadCache(kernel);
    return Promise.all(tasks.map(({ kind, goal }) => waitingFor(kind, cached, goal)));
  });
  return new Map(tasks.flatMap(({ key }, index) => (waits[index] ? [[key, waits[index]]] : [])));
}

/** One warning for each reason; what has waited before is not told again. */
function tell({ resource, subject }: Work, tasks: readonly Task[], waits: ReadonlyMap<string, Waiting>): void {
  const reasonOf = ({ key }: Task) => waits.get(key)?.reason;
  const news = tasks.filter((task) => reasonOf(task) !== undefined && !isWaiting((task as Partial<Thing>).state));
  for (const [reason = "", waiting] of grouped(news, reasonOf)) {
    const paths = waiting.map(({ path }) => pathText(path));
    resource.warn(told(`${subject}: ${paths.join(", ")}`, reason, paths.length));
  }
}
