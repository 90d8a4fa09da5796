import { diff } from "../core/diff";
import type { Json } from "../core/values";
import { isOnSameDevices } from "../kernel/place";
import { surveying } from "../kernel/survey";
import { inGivenWords, isSame, overlay, PLACE } from "../lifecycle/state";
import { isWaiting } from "../lifecycle/waiting";
import { type Looked, lookAt } from "./look";
import { type Thing, thingOf } from "./record";
import { anew, carryOutInStages, clearAway } from "./stages";
import type { Done, Task, Work } from "./work";

/** What is made again may make the kernel drop something else, but not for ever. */
const MOST_ROUNDS = 3;

/** A thing that is to be as `goal` says, and what is known of it from before. */
export interface Wish extends Task, Thing {
  /** All that it had, for making it anew: a program says no more than it wants to. */
  whole?: Json;
}

/**
 * Makes again what the kernel has dropped, and puts back what it has changed: with a device go its addresses, with its
 * coming down those of IPv6, with an address the routes that have it as their source. What is as it should be is left.
 */
export async function mend(
  work: Work,
  wishes: readonly Wish[],
  before: ReadonlyMap<string, Done> = new Map(),
): Promise<Map<string, Done>> {
  const done = new Map(before);
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
    const lacking = await whatIsLacking(work, wishes, done);
    if (lacking.length === 0) break;
    for (const [key, one] of await carryOutInStages(work, lacking)) done.set(key, one);
  }
  return done;
}

/** What of it is to be done, with nothing in its way; `done`: what has been done, or waits, already. */
export async function whatIsLacking(
  work: Work,
  wishes: readonly Wish[],
  done: ReadonlyMap<string, Done> = new Map(),
): Promise<Wish[]> {
  if (wishes.length === 0) return [];
  const waits = ({ key }: Wish) => isWaiting(done.get(key)?.seen.state);
  const looked = await lookAt(surveying(work.kernel), wishes.map(withNews(done)));
  const lacking = looked.flatMap((wish) => (waits(wish) ? [] : (lack(work, wish) ?? [])));
  await clearAway(work, lacking);
  for (const { kind, values } of lacking.filter(isOfAnother)) {
    work.holders.releaseAll(kind, values, work.resource.urn);
  }
  return lacking.map(toDo);
}

/** What is to be done about a wish; undefined where there is nothing to do. */
function lack({ mark }: Work, wish: Wish & Looked): (Wish & Looked) | undefined {
  const { kind, goal, seen, state } = wish;
  // What bears no mark is whose place it is in.
  if (!seen?.state || (kind.bearsMark && !isSame(kind, state, seen))) return { ...wish, have: undefined };
  const have: Json = inGivenWords(kind, { ...seen, state: seen.state }, state, state).state;
  if (isOfAnother(wish)) return { ...wish, have };
  const changes = diff({ schema: kind.inputs, old: overlay(kind, goal, have), state: have, want: goal });
  if (changes.some(({ replaces }) => replaces)) return { ...wish, have: undefined };
  return kind.plan(goal, have, mark).length > 0 ? { ...wish, have } : undefined;
}

/** A setting of a device that was made anew, or is to be: another one, of which another value was found. */
function isOfAnother({ kind, seen, state }: Wish & Looked): boolean {
  return kind.setting !== undefined && !isOnSameDevices(state[PLACE] ?? "", seen?.place ?? "");
}

function toDo({ seen: _, place: __, ...wish }: Wish & Looked): Wish {
  return wish.have === undefined ? anew({ ...wish, goal: wish.whole ?? wish.goal }) : wish;
}

function withNews(done: ReadonlyMap<string, Done>): (wish: Wish) => Wish {
  return (wish) => {
    const now = done.get(wish.key);
    return now ? { ...wish, state: thingOf(wish, now.seen, wish.state).state } : wish;
  };
}
