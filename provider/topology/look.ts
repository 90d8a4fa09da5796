import { grouped, type Json } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import { isMarkedPlace } from "../kernel/place";
import { netnsOf, type Step } from "../kernel/step";
import type { Intent, Part } from "../lifecycle/intents";
import { isOurs } from "../lifecycle/undo";
import type { Kind, Seen } from "../resources/kind";

/** A thing, and where it would be on the host. */
export interface Placed {
  kind: Kind;
  where: unknown;
}

/** What the host shows there. */
export interface Looked {
  seen: Seen<Json> | undefined;
  /** What it is on or would be on, for what can bear no mark. */
  place: string | undefined;
}

/**
 * Looks for many things at one moment, each in its place; `kernel` should be one with a `ReadCache`. None is looked for by its
 * mark elsewhere: all of a topology bear the same.
 */
export function lookAt<T extends Placed>(kernel: Kernel, things: readonly T[]): Promise<(T & Looked)[]> {
  return Promise.all(
    things.map(async (thing) => {
      const { kind, where } = thing;
      const [seen, place] = await Promise.all([kind.observe(kernel, where), kind.placeOf?.(kernel, where)]);
      return { ...thing, seen, place };
    }),
  );
}

/** Things of one kind in an order in which they can be made; else in that in which they stand. */
export function firstFirst<T extends { kind: Kind }>(things: readonly T[], valuesOf: (thing: T) => unknown): T[] {
  const placed = new Set<T>();
  const byKind = grouped(things, ({ kind }) => kind);
  const place = (thing: T): void => {
    if (placed.has(thing)) return;
    const { kind } = thing;
    if (kind.precedes && valuesOf(thing)) {
      const before = byKind
        .get(kind)
        ?.filter((one) => valuesOf(one) && kind.precedes?.(valuesOf(one), valuesOf(thing)));
      for (const one of before ?? []) if (one !== thing) place(one);
    }
    placed.add(thing);
  };
  for (const thing of things) place(thing);
  return [...placed];
}

/** The steps that take things away, the last of them first. What is in a namespace that goes needs none of its own. */
export function removal(things: readonly { kind: Kind; seen: Seen<Json>; state?: Json }[]): Step[] {
  const inOrder = firstFirst(things, ({ seen, state }) => state ?? seen.state);
  return needed(inOrder.reverse().flatMap(({ kind, seen, state }) => removing(kind, seen, state)));
}

function removing(kind: Kind, seen: Seen<Json>, state: Json | undefined): Step[] {
  return seen.state ? kind.remove(state ?? seen.state, seen) : (seen.leftover ?? []);
}

/** The steps that take back what the run of this record has made: settings are put back, the rest is taken away. */
export function takingBack(things: readonly (Placed & Looked & { part: Part })[], intent: Intent): Step[] {
  return needed(
    firstFirst(things, ({ seen }) => seen?.state)
      .reverse()
      .flatMap(({ kind, seen, part: { place, found } }): Step[] => {
        if (!seen || !isMadeBy(intent, kind, seen, place)) return [];
        if (kind.setting) return found && seen.state ? kind.plan(found, seen.state, intent.mark) : [];
        return removing(kind, seen, undefined);
      }),
  );
}

/** `place`: where there was one when the record was written. */
function isMadeBy(intent: Intent, kind: Kind, seen: Seen<Json>, place: string | undefined): boolean {
  if (isOurs(kind, seen, { ...intent, ...(place !== undefined && { place }) })) return true;
  // What it is on has come since, with the mark of that run: nobody else puts there what that was to.
  return !kind.bearsMark && place === undefined && isMarkedPlace(seen.place, intent.mark);
}

/** The namespaces with names that a step works in. */
export function namespacesOf(step: Step): string[] {
  return placesOf(step).filter((netns) => netns !== undefined);
}

/** The namespaces that a step works in, be it the provider's own. */
export function placesOf(step: Step): (string | undefined)[] {
  const { makes, spans = [netnsOf(step)] } = step;
  return makes === undefined ? [...spans] : [makes];
}

/** Without those in namespaces that go as a whole, and each once: of one thing several may tell. */
function needed(steps: readonly Step[]): Step[] {
  const gone = new Set(steps.flatMap((step) => step.takesAway ?? []));
  const all = steps.filter((step) => step.takesAway !== undefined || !isWithin(step, gone));
  return [
    ...new Map(
      all.map((step) => [[step.netns, ...step.argv, step.stdin, ...(step.batch ?? []).flat()].join("\n"), step]),
    ).values(),
  ];
}

/** Whether all that a step works on is in these namespaces. */
export function isWithin(step: Step, namespaces: ReadonlySet<string>): boolean {
  if (step.outlives) return false;
  const within = namespacesOf(step);
  return within.length === (step.spans?.length ?? 1) && within.every((netns) => namespaces.has(netns));
}
