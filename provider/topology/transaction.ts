import { isDeepStrictEqual } from "node:util";
import type { Json } from "../core/values";
import { asNetnsError, type NetnsError } from "../errors";
import { withReadCache } from "../kernel/kernel";
import type { Step } from "../kernel/step";
import { withoutAdded } from "../lifecycle/goal";
import type { Intent, Intents } from "../lifecycle/intents";
import { isRest, isSame } from "../lifecycle/state";
import { isOurs } from "../lifecycle/undo";
import { isWaiting } from "../lifecycle/waiting";
import type { Kind, Seen } from "../resources/kind";
import { inputsOf } from "./elements";
import { type Looked, lookAt, placesOf, removal, takingBack } from "./look";
import type { Gone, Plan } from "./plan";
import { inPlace, type Thing, thingOf } from "./record";
import { type Goal, repair, whatIsLacking } from "./repair";
import { asTheyStand, carryOutInStages } from "./stages";
import { type Done, type Task, takeAway, type Work } from "./work";

/** Putting a whole topology back must not hang, and goes on when the request itself was cancelled. */
const UNDO_MS = 60_000;

/** One that failed, and why. */
export interface Failure {
  cause: NetnsError;
  /** Why undoing it failed, if it did. */
  rest?: NetnsError;
  /** What is there now of all that was touched, where the state of before does not tell that it is ours. */
  left?: Thing[];
}

/**
 * Does all of the plan or, when a part of it fails, nothing: what was done is taken back, the last of it first. `prove`:
 * what must be so in the end.
 */
export async function transact(
  work: Work,
  intents: Intents,
  intent: Intent,
  plan: Plan,
  prove: () => Promise<void>,
): Promise<Map<string, Done> | Failure> {
  try {
    await takeAway(work, async () => {
      const rests = (await lookAt(withReadCache(work.kernel), plan.rests)).filter(isThere);
      return removal(plan.inOrder([...rests, ...(await stillThere(work, plan.removed))]));
    });
    const hasTaken = plan.rests.length + plan.removed.length > 0;
    const tasks = hasTaken ? await asTheyStand(work, plan.tasks) : plan.tasks;
    const others = near(work, plan).map(asWanted);
    // What has gone already is back before what is new, which may stand on it, and so is what needs no device that is up;
    // else what goes along with changes is back at the end.
    const lost = hasTaken || work.resource.isAffected ? await whatIsLacking(work, others) : [];
    const all = plan.inOrder([...tasks, ...lost]);
    const toDo = new Set(all.map(({ key }) => key));
    const stable = others.filter(({ kind, key }) => !kind.whileDown && !toDo.has(key));
    const done = await carryOutInStages(work, all, (so) => whatIsLacking(work, stable, so));
    const now = await repair(work, others, done);
    await prove();
    return now;
  } catch (error) {
    const cause = asNetnsError(error);
    const undoing = { ...work, kernel: work.kernel.under(AbortSignal.timeout(UNDO_MS)) };
    const before = allThatWas(work, plan);
    try {
      await takeBack(undoing, intent, plan, cause);
      await repair(undoing, before);
      await intents.settle(intent.urn, intent.id);
      return (await areKnown(undoing, before)) ? { cause } : { cause, left: await whatIsLeft(undoing, plan, before) };
    } catch (rest) {
      return { cause, rest: asNetnsError(rest), left: await whatIsLeft(undoing, plan, before).catch(() => []) };
    }
  }
}

export function isFailure(end: Map<string, Done> | Failure): end is Failure {
  return "cause" in end;
}

/** Takes away what the run of this record has made; what somebody else had made before it could is left alone. */
async function takeBack(work: Work, intent: Intent, { tasks }: Plan, cause: NetnsError): Promise<void> {
  const isTaken = ({ path }: Task) => cause.kind === "exists" && isDeepStrictEqual(path, cause.parts.at?.slice(0, 2));
  const parts = new Map(intent.parts?.map((part) => [part.key, part]));
  const made = tasks.flatMap((task) => {
    const part = parts.get(task.key);
    return part && !isTaken(task) ? [{ ...task, part }] : [];
  });
  await takeAway(work, async () => takingBack(await lookAt(withReadCache(work.kernel), made), intent));
  for (const { kind, values } of tasks) {
    if (kind.setting) work.settingOwners.releaseAll(kind, values, work.resource.urn);
  }
}

/** All that was there before and may not be so now: taken away, changed, or dropped along by the kernel. */
function allThatWas(work: Work, plan: Plan): Goal[] {
  const changed = plan.tasks.flatMap((task): Goal[] => {
    const { kind, key, goal, have } = task;
    const { state } = plan.was.get(key) ?? {};
    return have && state ? [{ ...task, state, goal: withoutAdded(kind, inputsOf(kind, have), goal) }] : [];
  });
  return plan.inOrder([...plan.removed.map(asItWas), ...changed, ...near(work, plan).map(asItStood)]);
}

/** What is to stay in the namespaces in which something is done; all of it, where other resources may have taken something along. */
function near({ resource }: Work, { others, removed, tasks }: Plan): Thing[] {
  if (others.length === 0 || resource.isAffected) return others;
  const steps = [
    ...removed.flatMap(({ kind, state }): Step[] => kind.remove(state, { what: "" })),
    ...tasks.flatMap(({ kind, values }): Step[] => kind.plan(values, undefined, "")),
  ];
  const touched = new Set(steps.flatMap(placesOf));
  if (touched.size === 0) return [];
  return others.filter(({ kind, values }) =>
    kind.plan(values, undefined, "").some((step: Step) => placesOf(step).some((netns) => touched.has(netns))),
  );
}

function asWanted(thing: Thing): Goal {
  return { ...thing, where: thing.kind.where(thing.values), goal: thing.values, have: undefined };
}

function asItStood(thing: Thing): Goal {
  return { ...asWanted(thing), whole: givenIn(thing.kind, thing.state) };
}

function asItWas({ seen, ...thing }: Gone): Goal {
  const state = seen.state ?? thing.state;
  return { ...thing, where: thing.kind.where(state), goal: givenIn(thing.kind, state), have: undefined };
}

/** An empty list is one that nobody gave: what is new has it so by itself. */
function givenIn(kind: Kind, state: Json): Json {
  const given = Object.entries(inputsOf(kind, state)).filter(([, value]) => !isDeepStrictEqual(value, []));
  return Object.fromEntries(given);
}

/** Whether the state of before tells of all of it that it is ours. */
async function areKnown(work: Work, before: readonly Goal[]): Promise<boolean> {
  const looked = await lookAt(withReadCache(work.kernel), before);
  return looked.every(({ kind, state, seen }) => (seen?.state ? isSame(kind, state, seen) : isWaiting(state)));
}

/** What is there of all that was touched, if it is ours. */
async function whatIsLeft(work: Work, { tasks, was }: Plan, before: readonly Goal[]): Promise<Thing[]> {
  const all = new Map([...tasks, ...before].map((task) => [task.key, task]));
  const looked = await lookAt(withReadCache(work.kernel), [...all.values()]);
  return looked.flatMap(({ seen, where: _, goal: __, have, ...thing }) => {
    const isOfUs = seen && (have !== undefined || !thing.kind.bearsMark || isOurs(thing.kind, seen, work));
    return seen?.state && isOfUs ? [thingOf(thing, { ...seen, state: seen.state }, was.get(thing.key)?.state)] : [];
  });
}

function isThere<T extends Looked>(looked: T): looked is T & { seen: Seen<Json> } {
  return looked.seen !== undefined;
}

async function stillThere(work: Work, removed: Plan["removed"]): Promise<Plan["removed"]> {
  const looked = await lookAt(withReadCache(work.kernel), inPlace(removed));
  return looked.flatMap(({ seen, ...thing }) => {
    const { kind, state } = thing;
    return seen && (seen.state ? isSame(kind, state, seen) : isRest(state, seen)) ? [{ ...thing, seen }] : [];
  });
}
