import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { Change } from "../core/diff";
import { fieldAt, isPolicy, metaOf } from "../core/meta";
import { getAt, isObject, type Json, type Path } from "../core/values";
import { isMark } from "../kernel/mark";
import { areProvedSame, isSamePlace } from "../kernel/place";
import type { Kind, Seen } from "../resources/kind";

/** Properties that the engine keeps and does not show (they begin with `__`): what tells our thing from another. */
export const MARK = "__mark";
export const PLACE = "__place";
/** Somebody has written over the mark that the thing bore. */
export const STRIPPED = "__stripped";
/** Of the thing there is only a part left, which a replacement clears away. */
export const REMAINS = "__remains";

/** It was answered for before it was made. */
export const EARLY = "__early";

export type State = Json & { [EARLY]?: true; [MARK]?: string; [PLACE]?: string; [REMAINS]?: true; [STRIPPED]?: true };

/** The outputs: what the kernel shows, what only the inputs know, and what was kept from before. */
export function stateOf(kind: Kind, seen: Seen<Json>, inputs: Json, before: Json): State {
  const policies = Object.entries(inputs).filter(([key]) => metaOf(fieldAt(kind.inputs, [key])).policy);
  const mark = isMark(seen.mark) ? { [MARK]: seen.mark } : {};
  const place = seen.place === undefined ? {} : { [PLACE]: seen.place };
  const stripped = isStripped(kind, before[MARK], seen) ? { [STRIPPED]: true as const } : {};
  return { ...seen.state, ...Object.fromEntries(policies), ...place, ...mark, ...before, ...stripped };
}

/** Whether somebody has written over the mark of what bore it. */
export function isStripped(kind: Kind, mark: unknown, seen: Seen<Json>): boolean {
  return kind.remark !== undefined && mark !== undefined && (seen.mark !== mark || seen.isHalfMarked === true);
}

/** What is to be done about that, shown where the name is. */
export function remarked(kind: Kind, values: Json): Change {
  return { path: kind.devices?.(values)[0]?.path ?? ["name"], kind: "update", replaces: false };
}

/**
 * What a state before this one knows and the kernel does not: the mark of a thing that can bear none, what was found.
 * Of settings that are given anew since then, that is as they are now.
 */
export function kept(kind: Kind, before: State | undefined, now?: Json): Json {
  const keys = [MARK, ...(kind.setting?.kept ?? [])];
  const found = (key: string) => (now?.[key] === undefined ? before?.[key] : firstOf(before?.[key], now[key]));
  return Object.fromEntries(keys.map((key) => [key, found(key)]).filter(([, value]) => value !== undefined));
}

function firstOf(before: unknown, now: unknown): unknown {
  if (!isObject(now)) return before ?? now;
  return Object.fromEntries(Object.entries(now).map(([key, value]) => [key, firstOf(getAt(before, [key]), value)]));
}

/** The inputs with what the kernel shows for each, of a list for the whole; what the program never said stays unsaid. */
export function overlay(kind: Kind, inputs: Json, seen: Json): Json {
  const over = (value: unknown, shown: unknown, path: Path): unknown => {
    if (isObject(value)) return objectOf(value, (inner, key) => over(inner, getAt(shown, [key]), [...path, key]));
    const { unordered } = metaOf(fieldAt(kind.inputs, path));
    // A list may have grown or shrunk.
    if (unordered && Array.isArray(value) && Array.isArray(shown))
      return shown.map((one, index) => (index in value ? over(value[index], one, [...path, index]) : one));
    return isPolicy(kind.inputs, path) ? value : shown;
  };
  return over(inputs, seen, []) as Json;
}

function objectOf(value: Json, map: (inner: unknown, key: string) => unknown): Json {
  const entries = Object.entries(value).map(([key, inner]) => [key, map(inner, key)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

/**
 * What is seen, with what was given in the place of the kernel's own words for it: for what has just been done, or where
 * it shows what it showed for that before.
 */
export function inGivenWords<Sight extends { state: Json }>(kind: Kind, seen: Sight, given: Json, shown?: Json): Sight {
  const keys = Object.entries<z.ZodType>(kind.inputs.shape).flatMap(([key, field]) => {
    const { shownAs } = metaOf(field);
    const isAsGiven = shownAs !== undefined && (shown === undefined || shown[shownAs] === seen.state[shownAs]);
    return isAsGiven && given[key] !== undefined ? [key] : [];
  });
  return { ...seen, state: { ...seen.state, ...Object.fromEntries(keys.map((key) => [key, given[key]])) } };
}

/** Whether what is seen is a part that is left of the thing that the state is about: it cannot be mended, only removed. */
export function isRest(state: State, seen: Seen<Json>): boolean {
  const mark = state[MARK];
  if (!seen.leftover || mark === undefined || isElsewhere(state, seen.slot ?? seen.place)) return false;
  return seen.mark === mark || (seen.madeUnder?.(mark) ?? false);
}

/** Whether what is seen is the thing that the state is about, and not another one in its place. */
export function isSame(kind: Kind, state: State, seen: Seen<Json>): boolean {
  if (kind.bearsMark && state[MARK] !== undefined) return seen.mark === state[MARK] || isProved(state, seen);
  if (!kind.bearsMark && isElsewhere(state, seen.place)) return false;
  return kind.identity.every((path) => isDeepStrictEqual(getAt(state, path), getAt(seen.state, path)));
}

/** Whether it is the very device of before, which bears no mark of anybody now. */
function isProved(state: State, { mark, place }: Seen<Json>): boolean {
  return !isMark(mark) && areProvedSame(state[PLACE] ?? "", place ?? "");
}

/** Whether what it is on is another device or namespace by now. */
function isElsewhere(state: State, place: string | undefined): boolean {
  return state[PLACE] !== undefined && place !== undefined && !isSamePlace(state[PLACE], place);
}
