import { diff } from "../core/diff";
import type { Json } from "../core/values";
import { withReadCache } from "../kernel/kernel";
import { isOnSameDevices } from "../kernel/place";
import { inGivenWords, isSame, overlay, PLACE } from "../lifecycle/state";
import { isWaiting } from "../lifecycle/waiting";
import { type Looked, lookAt } from "./look";
import { type Thing, thingOf } from "./record";
import { anew, carryOutInStages, clearAway } from "./stages";
import type { Done, Task, Work } from "./work";

/** What is made again may make the kernel drop something else, but not for ever. */
const MOST_ROUNDS = 3;

/** A thing that is to be as `goal` says, and what is known of it from before. */
export interface Goal extends Task, Thing {
  /** All that it had, for making it anew: a program says no more than it wants to. */
  whole?: Json;
}

/**
 * Makes again what the kernel has dropped, and puts back what it has changed: with a device go its addresses, with its
 * coming down those of IPv6, with an address the routes that have it as their source. What is as it should be is left.
 */
export async function repair(
  work: Work,
  goals: readonly Goal[],
  before: ReadonlyMap<string, Done> = new Map(),
): Promise<Map<string, Done>> {
  const done = new Map(before);
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
    const lacking = await whatIsLacking(work, goals, done);
    if (lacking.length === 0) break;
    for (const [key, one] of await carryOutInStages(work, lacking)) done.set(key, one);
  }
  return done;
}

/** What of it is to be done, with nothing in its way; `done`: what has been done, or waits, already. */
export async function whatIsLacking(
  work: Work,
  goals: readonly Goal[],
  done: ReadonlyMap<string, Done> = new Map(),
): Promise<Goal[]> {
  if (goals.length === 0) return [];
  const waits = ({ key }: Goal) => isWaiting(done.get(key)?.seen.state);
  const looked = await lookAt(withReadCache(work.kernel), goals.map(withNews(done)));
  const lacking = looked.flatMap((one) => (waits(one) ? [] : (lack(work, one) ?? [])));
  await clearAway(work, lacking);
  for (const { kind, values } of lacking.filter(isOfAnother)) {
    work.settingOwners.releaseAll(kind, values, work.resource.urn);
  }
  return lacking.map(toDo);
}

/** What is to be done about a wish; undefined where there is nothing to do. */
function lack({ mark }: Work, one: Goal & Looked): (Goal & Looked) | undefined {
  const { kind, goal, seen, state } = one;
  // What bears no mark is whose place it is in.
  if (!seen?.state || (kind.bearsMark && !isSame(kind, state, seen))) return { ...one, have: undefined };
  const have: Json = inGivenWords(kind, { ...seen, state: seen.state }, state, state).state;
  if (isOfAnother(one)) return { ...one, have };
  const changes = diff({ schema: kind.inputs, old: overlay(kind, goal, have), state: have, want: goal });
  if (changes.some(({ replaces }) => replaces)) return { ...one, have: undefined };
  return kind.plan(goal, have, mark).length > 0 ? { ...one, have } : undefined;
}

/** A setting of a device that was made anew, or is to be: another one, of which another value was found. */
function isOfAnother({ kind, seen, state }: Goal & Looked): boolean {
  return kind.setting !== undefined && !isOnSameDevices(state[PLACE] ?? "", seen?.place ?? "");
}

function toDo({ seen: _, place: __, ...one }: Goal & Looked): Goal {
  return one.have === undefined ? anew({ ...one, goal: one.whole ?? one.goal }) : one;
}

function withNews(done: ReadonlyMap<string, Done>): (one: Goal) => Goal {
  return (one) => {
    const now = done.get(one.key);
    return now ? { ...one, state: thingOf(one, now.seen, one.state).state } : one;
  };
}
