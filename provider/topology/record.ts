import { type Json, pathText } from "../core/values";
import { kept, MARK, PLACE, STRIPPED, type State, stateOf } from "../lifecycle/state";
import type { List, Seen } from "../resources/kind";
import { byKey, elementsOf, inLists, type Known } from "./elements";
import type { Placed } from "./look";

/** Properties that the engine keeps and does not show, as in lifecycle/state.ts. */
const PLACES = "__places";
const UNMARKED = "__unmarked";
const STRIPPED_THINGS = "__strippedThings";
const CHANGES = "__changes";

/** A topology as it is recorded: its outputs, and what tells its things from others in their places. */
export interface Recorded {
  /** What all of it bears that this resource has made. Nothing, where all was imported. */
  mark: string | undefined;
  /** How often it was changed since it was made. */
  changes: number;
  things: Map<string, Thing>;
}

/** An element with its state, in the form in which a single resource's is. */
export interface Thing extends Known {
  state: State;
}

/** Whether it is the state of a run, which has more than what a program can give. */
export function isRecord(state: Json): boolean {
  return CHANGES in state;
}

export function recorded(lists: readonly List[], state: Json): Recorded {
  const mark = state[MARK] as string | undefined;
  const places = (state[PLACES] ?? {}) as Record<string, (string | null)[]>;
  const unmarked = new Set((state[UNMARKED] ?? []) as string[]);
  const stripped = new Set(strippedIn(state));
  const things = [...byKey(elementsOf(lists, state))].map(([key, one]): [string, Thing] => {
    const [list, index] = one.path as [string, number];
    const place = places[list]?.[index];
    const bears = mark !== undefined && !unmarked.has(pathText(one.path));
    const hidden = {
      ...(bears && { [MARK]: mark }),
      ...(place && { [PLACE]: place }),
      ...(stripped.has(pathText(one.path)) && ({ [STRIPPED]: true } as const)),
    };
    return [key, { ...one, key, state: { ...one.values, ...hidden } }];
  });
  return { mark, changes: Number(state[CHANGES] ?? 0), things: new Map(things) };
}

/** The state to record, in the order of `things`. What tells them apart names none of them: a part of it may be secret. */
export function toRecord(
  lists: readonly List[],
  { things, mark, changes }: { things: readonly Thing[]; mark: string | undefined; changes: number },
): State {
  const counts = new Map<string, number>();
  const placed = things.map((thing) => {
    const list = String(thing.path[0]);
    const index = counts.get(list) ?? 0;
    counts.set(list, index + 1);
    return { ...thing, path: [list, index] };
  });
  const places = inLists(lists, placed, ({ state }) => state[PLACE] ?? null);
  const hasPlaces = ([, all]: [string, unknown]) => (all as unknown[]).some((place) => place !== null);
  const unmarked = placed.filter(({ kind, state }) => kind.bearsMark && state[MARK] !== mark);
  const stripped = placed.filter(({ state }) => state[STRIPPED]);
  return {
    ...inLists(lists, placed, ({ state: { [MARK]: _, [PLACE]: __, [STRIPPED]: ___, ...outputs } }) => outputs),
    ...(mark === undefined ? {} : { [MARK]: mark }),
    [PLACES]: Object.fromEntries(Object.entries(places).filter(hasPlaces)),
    [UNMARKED]: unmarked.map(({ path }) => pathText(path)),
    ...(stripped.length > 0 && { [STRIPPED_THINGS]: stripped.map(({ path }) => pathText(path)) }),
    [CHANGES]: changes,
  } as State;
}

/** The places of the elements whose mark somebody has written over. */
export function strippedIn(state: Json): string[] {
  return (state[STRIPPED_THINGS] ?? []) as string[];
}

/** Things with where their states say that they are. */
export function inPlace<T extends Thing>(things: Iterable<T>): (T & Placed)[] {
  return [...things].map((thing) => ({ ...thing, where: thing.kind.where(thing.state) }));
}

/** An element as it was seen; `before` is what is known of it from before, `found` what a setting was when it was set. */
export function thingOf(
  element: Known,
  seen: Seen<Json> & { state: Json },
  before: State | undefined,
  found?: Json,
): Thing {
  const { kind, values } = element;
  return { ...element, state: stateOf(kind, seen, values, kept(kind, before, found)) };
}
