import { isDeepStrictEqual } from "node:util";
import type { Json } from "../core/values";
import { asNetnsError, type NetnsError } from "../errors";
import type { Step } from "../kernel/step";
import { surveying } from "../kernel/survey";
import { withoutAdded } from "../lifecycle/goal";
import type { Intent, Intents } from "../lifecycle/intents";
import { isRest, isSame, MARK } from "../lifecycle/state";
import { isOurs } from "../lifecycle/undo";
import type { Kind, Seen } from "../resources/kind";
import { inputsOf } from "./elements";
import { type Looked, lookAt, placesOf, removal, takingBack } from "./look";
import type { Gone, Plan } from "./plan";
import { inPlace, type Thing, thingOf } from "./record";
import { carryOut, type Done, settingOf, type Task, takeAway, type Work } from "./work";

/** Putting a whole topology back must not hang, and goes on when the request itself was cancelled. */
const UNDO_MS = 60_000;
/** What is made again may make the kernel drop something else, but not for ever. */
const MOST_ROUNDS = 3;

/** One that failed, and why. */
export interface Failure {
  cause: NetnsError;
  /** Why undoing it failed, if it did. */
  rest?: NetnsError;
  /** Of what the plan is about, what is there now, where that is not as it was before. */
  left?: Thing[];
}

/** Does all of the plan or, when a part of it fails, nothing: what was done is taken back, the last of it first. */
export async function transact(
  work: Work,
  intents: Intents,
  intent: Intent,
  plan: Plan,
): Promise<Map<string, Done> | Failure> {
  try {
    await takeAway(work, async () => removal([...plan.rests, ...(await stillThere(work, plan.removed))]));
    const done = await carryOut(work, plan.tasks);
    return new Map([...done, ...(await makeUpFor(work, plan))]);
  } catch (error) {
    const cause = asNetnsError(error);
    const undoing = { ...work, kernel: work.kernel.under(AbortSignal.timeout(UNDO_MS)) };
    try {
      await takeBack(undoing, intent, plan, cause);
      const isAsBefore = await putBack(undoing, plan);
      await intents.settle(intent.urn, intent.id);
      return isAsBefore ? { cause } : { cause, left: await whatIsLeft(undoing, plan) };
    } catch (rest) {
      return { cause, rest: asNetnsError(rest), left: await whatIsLeft(undoing, plan).catch(() => []) };
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
  await takeAway(work, async () => takingBack(await lookAt(surveying(work.kernel), made), intent));
  for (const { kind, values } of tasks) {
    if (kind.setting) work.holders.releaseAll(settingOf(kind, values), work.resource.urn);
  }
}

/** Makes again what was taken away, and changes back what was changed. Whether nothing had to be made again. */
async function putBack(work: Work, plan: Plan): Promise<boolean> {
  const { removed, tasks } = plan;
  const there = new Set((await stillThere(work, removed)).map(({ key }) => key));
  const again = removed.filter(({ key }) => !there.has(key)).map(asItWas);
  const changed = tasks.filter(({ have }) => have !== undefined);
  const looked = await lookAt(surveying(work.kernel), changed);
  await clearRests(work, looked);
  const back = looked.flatMap(({ seen, place: _, ...task }): Task[] => {
    if (!seen?.state && !isBroken(work, seen)) return [];
    const before = inputsOf(task.kind, task.have as Json);
    return [{ ...task, goal: withoutAdded(task.kind, before, task.goal), have: seen?.state }];
  });
  if (again.length + back.length > 0) await carryOut(work, [...again, ...back]);
  const more = await makeUpFor(work, plan);
  return again.length + more.size === 0;
}

/**
 * Makes again what the kernel has dropped of what was to stay: with a device go its addresses, with its coming down
 * those of IPv6.
 */
async function makeUpFor(work: Work, { others, removed, tasks }: Plan): Promise<Map<string, Done>> {
  if (others.length === 0) return new Map();
  const steps = [
    ...removed.flatMap(({ kind, state }): Step[] => kind.remove(state, { what: "" })),
    ...tasks.flatMap(({ kind, values }): Step[] => kind.plan(values, undefined, "")),
  ];
  const touched = new Set(steps.flatMap(placesOf));
  const isNear = ({ kind, values }: Thing) =>
    kind.plan(values, undefined, "").some((step: Step) => placesOf(step).some((netns) => touched.has(netns)));
  const near = touched.size === 0 ? [] : others.filter(isNear).map(asWanted);
  const done = new Map<string, Done>();
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
    const looked = await lookAt(surveying(work.kernel), near);
    const lost = looked.filter(
      ({ kind, seen, state, key }) => !seen?.state || !(done.has(key) || isSame(kind, state, seen)),
    );
    if (lost.length === 0) break;
    await clearRests(work, lost);
    for (const [key, one] of await carryOut(work, lost)) done.set(key, one);
  }
  return done;
}

/** Whether only a part is left of what is ours. */
function isBroken({ mark }: Work, seen: Seen<Json> | undefined): boolean {
  return seen !== undefined && isRest({ [MARK]: mark }, seen);
}

/** What is broken is in the way of making it anew. */
async function clearRests(work: Work, looked: readonly (Looked & { kind: Kind })[]): Promise<void> {
  const rests = looked.flatMap(({ kind, seen }) =>
    seen && !seen.state && isBroken(work, seen) ? [{ kind, seen }] : [],
  );
  if (rests.length > 0) await takeAway(work, async () => removal(rests));
}

function asWanted(thing: Thing): Task & Thing {
  return { ...thing, where: thing.kind.where(thing.values), goal: thing.values, have: undefined };
}

function asItWas({ seen, ...thing }: Gone): Task {
  const state = seen.state ?? thing.state;
  // An empty list is one that nobody gave: what is new has it so by itself.
  const given = Object.entries(inputsOf(thing.kind, state)).filter(([, value]) => !isDeepStrictEqual(value, []));
  return { ...thing, where: thing.kind.where(state), goal: Object.fromEntries(given), have: undefined };
}

/** What is there of all that the plan is about, if it is ours. */
async function whatIsLeft(work: Work, { removed, tasks }: Plan): Promise<Thing[]> {
  const all = new Map([...tasks, ...removed.map(asItWas)].map((task) => [task.key, task]));
  const looked = await lookAt(surveying(work.kernel), [...all.values()]);
  return looked.flatMap(({ seen, where: _, goal: __, have, ...thing }) => {
    const isOfUs = seen && (have !== undefined || !thing.kind.bearsMark || isOurs(thing.kind, seen, work));
    return seen?.state && isOfUs ? [thingOf(thing, { ...seen, state: seen.state }, {})] : [];
  });
}

async function stillThere(work: Work, removed: Plan["removed"]): Promise<Plan["removed"]> {
  const looked = await lookAt(surveying(work.kernel), inPlace(removed));
  return looked.flatMap(({ seen, ...thing }) =>
    seen?.state && isSame(thing.kind, thing.state, seen) ? [{ ...thing, seen }] : [],
  );
}
