import type { Json } from "../core/values";
import { kept, MARK, PLACE, type State, stateOf } from "../lifecycle/state";
import type { List, Seen } from "../resources/kind";
import { byKey, elementsOf, inLists, type Known } from "./elements";

/** Properties that the engine keeps and does not show, as in lifecycle/state.ts. */
const PLACES = "__places";
const UNMARKED = "__unmarked";
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

export function recorded(lists: readonly List[], state: Json): Recorded {
  const mark = state[MARK] as string | undefined;
  const places = (state[PLACES] ?? {}) as Record<string, string>;
  const unmarked = new Set((state[UNMARKED] ?? []) as string[]);
  const things = [...byKey(elementsOf(lists, state))].map(([key, one]): [string, Thing] => [
    key,
    {
      ...one,
      key,
      state: {
        ...one.values,
        ...(mark !== undefined && !unmarked.has(key) && { [MARK]: mark }),
        ...(places[key] !== undefined && { [PLACE]: places[key] }),
      },
    },
  ]);
  return { mark, changes: Number(state[CHANGES] ?? 0), things: new Map(things) };
}

/** The state to record, in the order of `things`. */
export function toRecord(
  lists: readonly List[],
  { things, mark, changes }: { things: readonly Thing[]; mark: string | undefined; changes: number },
): State {
  const places = things.flatMap(({ key, state }) => (state[PLACE] === undefined ? [] : [[key, state[PLACE]] as const]));
  const unmarked = things.filter(({ kind, state }) => kind.bearsMark && state[MARK] !== mark).map(({ key }) => key);
  return {
    ...inLists(lists, things, ({ state: { [MARK]: _, [PLACE]: __, ...outputs } }) => outputs),
    ...(mark === undefined ? {} : { [MARK]: mark }),
    ...(places.length > 0 && { [PLACES]: Object.fromEntries(places) }),
    ...(unmarked.length > 0 && { [UNMARKED]: unmarked }),
    [CHANGES]: changes,
  } as State;
}

/** An element as it was seen; `before` is what is known of it from before. */
export function thingOf(element: Known, seen: Seen<Json> & { state: Json }, before: Json): Thing {
  const { kind, values } = element;
  return { ...element, state: stateOf(kind, seen, values, kept(kind, before)) };
}
