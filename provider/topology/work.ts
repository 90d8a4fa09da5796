import { type Json, pathText } from "../core/values";
import { NetnsError } from "../errors";
import { executeAll } from "../kernel/executeAll";
import { type Kernel, withReadCache } from "../kernel/kernel";
import { netnsOf, type Step } from "../kernel/step";
import { noneLost } from "../kernel/sysctlLosses";
import { after, withWould } from "../lifecycle/conflicts";
import { present, untilReady, verify, waitsFor } from "../lifecycle/readiness";
import * as refusal from "../lifecycle/refusal";
import type { Resource } from "../lifecycle/resource";
import type { SettingOwners } from "../lifecycle/settingOwners";
import { inGivenWords } from "../lifecycle/state";
import type { Seen } from "../resources/kind";
import type { Known } from "./elements";
import { firstFirst, lookAt, namespacesOf } from "./look";

/** An element that is to be as `goal` says; `have` is what there is of it. */
export interface Task extends Known {
  where: unknown;
  goal: Json;
  have: Json | undefined;
  /** Its mark is to be put on again. */
  isStripped?: boolean;
}

/** What became of a task: what is seen of it, and of a setting what was found. */
export interface Done {
  seen: Seen<Json> & { state: Json };
  found?: Json | undefined;
}

/** What is done for one topology. */
export interface Work {
  resource: Pick<Resource, "urn" | "isSecret" | "isAffected" | "warn" | "others">;
  kernel: Kernel;
  /** The topology, for errors. */
  subject: string;
  mark: string;
  settingOwners: SettingOwners;
}

/** A part of the topology, for errors. */
export function partOf(subject: string, { path }: Pick<Known, "path">): string {
  return `${subject}: ${pathText(path)}`;
}

/** Takes things away; `look` tells the steps from what is there. */
export async function takeAway({ settingOwners, kernel, subject }: Work, look: () => Promise<Step[]>): Promise<void> {
  for (let left = Number.POSITIVE_INFINITY; ; ) {
    const steps = settingOwners.withLost(await look());
    try {
      return await executeAll(kernel, steps, subject);
    } catch (error) {
      // What has gone by itself meanwhile ended what was under way: another look shows what is left.
      if (steps.length >= left || !(error instanceof NetnsError) || error.kind !== "notFound") throw error;
      left = steps.length;
    }
  }
}

/**
 * Makes and changes things, then waits until they can be used. Settings come after what they may be of, and before what
 * stands behind them in the order of the kinds.
 */
export async function carryOut(work: Work, unordered: readonly Task[]): Promise<Map<string, Done>> {
  const tasks = firstFirst(unordered, ({ goal }) => goal);
  const things = tasks.filter(({ kind }) => !kind.setting);
  const settings = tasks.filter(({ kind }) => kind.setting);
  const kernel = withReadCache(work.kernel);
  const steps = (await Promise.all(things.map((task) => stepsToMake(work, kernel, task)))).flat();
  if (settings.length === 0) {
    await execute(work, steps);
    return settle(work, tasks, new Map());
  }

  const first = tasks.findIndex(({ kind }) => kind.setting);
  const behind = new Set(tasks.slice(first).map(({ path }) => path[0]));
  const set = new Set(settings.flatMap((task) => stepsFor(work, { ...task, have: undefined }).flatMap(namespacesOf)));
  const isLate = (step: Step) =>
    behind.has(step.property?.[0]) &&
    (netnsOf(step) === undefined || namespacesOf(step).some((netns) => set.has(netns)));
  await execute(
    work,
    steps.filter((step) => !isLate(step)),
  );
  const found = await applySettings(work, settings);
  await execute(work, steps.filter(isLate));
  return settle(work, tasks, found);
}

async function applySettings(work: Work, settings: readonly Task[]): Promise<Map<string, Json>> {
  const { settingOwners, kernel, resource, subject } = work;
  const looked = await lookAt(withReadCache(kernel), settings);
  const found = new Map<string, Json>();
  const steps: Step[] = [];
  const anew: Step[] = [];
  for (const { seen, place, ...task } of looked) {
    const { kind, key, where, values } = task;
    if (!seen?.state) {
      throw refusal.nothingToSet(partOf(subject, task), (await kind.setting?.missing(kernel, where)) ?? "");
    }
    if (task.have) settingOwners.note(kind, seen.state, place, resource.urn);
    else settingOwners.claim(kind, values, place, resource.urn);
    found.set(key, settingOwners.withoutSideEffects(kind, seen.state));
    steps.push(...stepsFor(work, { ...task, have: seen.state }));
    anew.push(...stepsFor(work, { ...task, have: undefined }));
  }
  await execute(work, noneLost(steps, anew));
  return found;
}

async function stepsToMake(work: Work, kernel: Kernel, task: Task): Promise<Step[]> {
  const { kind, goal, have } = task;
  const steps = have === undefined && (await kind.making?.(kernel, goal));
  return steps ? inElement(steps, task) : stepsFor(work, task);
}

function stepsFor({ mark }: Work, task: Task): Step[] {
  const { kind, goal, have, isStripped } = task;
  const marking = isStripped && have ? (kind.remark?.(have, mark) ?? []) : [];
  return inElement([...marking, ...kind.plan(goal, have, mark)], task);
}

function inElement(steps: readonly Step[], { path }: Task): Step[] {
  return steps.map((step) => ({ ...step, property: [...path, ...(step.property ?? [])] }));
}

function execute({ settingOwners, kernel, subject }: Work, steps: readonly Step[]): Promise<void> {
  return executeAll(kernel, settingOwners.withLost(steps), ({ property = [] }) => partOf(subject, { path: property }));
}

/** What is there; what cannot be used because of something that is still to go in this run, as it will be. */
function seenBesideRivals(
  resource: Work["resource"],
  { kind, goal }: Task,
  seen: Seen<Json> | undefined,
  subject: string,
): Seen<Json> & { state: Json } {
  const conflict = seen?.notReady?.conflict;
  if (conflict === undefined || resource.others?.giveWay(conflict) !== "later") return present(seen, subject);
  after(resource, conflict, { kind, inputs: goal, subject });
  return { ...withWould(seen, subject), notReady: undefined };
}

async function settle(
  { kernel, resource, subject }: Work,
  tasks: readonly Task[],
  found: ReadonlyMap<string, Json>,
): Promise<Map<string, Done>> {
  const done = new Map<string, Done>();
  let waiting = tasks;
  await untilReady(kernel, subject, async () => {
    const looked = await lookAt(withReadCache(kernel), waiting);
    const reasons = looked.map(({ seen, ...task }) => {
      const now = inGivenWords(task.kind, seenBesideRivals(resource, task, seen, partOf(subject, task)), task.goal);
      done.set(task.key, { seen: now, found: found.get(task.key) });
      return waitsFor(now, partOf(subject, task));
    });
    waiting = waiting.filter((_, index) => reasons[index] !== undefined);
    return reasons.find((reason) => reason !== undefined);
  });
  for (const task of tasks) {
    const isSecret: Resource["isSecret"] = (path) => resource.isSecret([...task.path, ...path]);
    const { seen } = done.get(task.key) as Done;
    verify({ kind: task.kind, isSecret }, task.goal, seen, partOf(subject, task));
  }
  return done;
}
