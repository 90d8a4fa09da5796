import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { fieldAt, metaOf, replaces, unwrap } from "./meta";
import {
  getAt,
  hasUnknown,
  inOrderOf,
  isObject,
  isWithin,
  type Json,
  leaves,
  type Path,
  pathText,
  property,
  Unknown,
} from "./values";

export interface Change {
  path: Path;
  kind: "add" | "delete" | "update";
  /** The change replaces the resource. */
  replaces: boolean;
}

export interface DiffInput {
  schema: z.ZodObject;
  /** The inputs of the last run, or those that Read found. */
  old: Json;
  /** The outputs of the last run: what is given explicitly now and was so already is no change. */
  state: Json;
  /** The inputs wanted now; may hold unknowns. */
  want: Json;
  ignore?: readonly string[];
}

/** What changes from the inputs `old` to `want`, leaf by leaf. Pure. */
export function diff({ schema, want, ignore = [], ...before }: DiffInput): Change[] {
  // Most elements of a Topology stay as they are.
  if (isDeepStrictEqual(before.old, want) && !hasUnknown(want)) return [];
  const { respelled = (values: Json) => values } = metaOf(schema);
  const [old, state] = [before.old, before.state].map((values) => aligned(schema, respelled(values, want), want));
  const wanted = leaves(want);
  const changes: Change[] = wanted.flatMap(({ path, value }) => {
    const before = getAt(old, path);
    if (same(before, value)) return [];
    const field = fieldAt(schema, path);
    if (before === undefined && same(getAt(state, path), value)) return [];
    const isOther = metaOf(field).replacesFrom?.(before, value) === true;
    return [
      {
        path,
        kind: before === undefined ? "add" : "update",
        replaces: isOther || (replaces(field) && !isOfSet(schema, path, old)),
      },
    ];
  });
  for (const { path, value } of leaves(old)) {
    // A wanted leaf stands for what is at and below its place: an unknown object may bring anything.
    if (wanted.some((leaf) => isWithin(path, leaf.path))) continue;
    const field = fieldAt(schema, path);
    if (metaOf(field).kernelDefault === value) continue;
    const isWhole = getAt(want, property(path)) === undefined;
    const unset = isWhole && metaOf(fieldAt(schema, property(path))).unsetReplaces === true;
    changes.push({ path, kind: "delete", replaces: unset || (replaces(field) && !isOfSet(schema, path, want)) });
  }
  return changes.filter(({ path }) => !ignore.some((pattern) => isIgnored(pathText(path), pattern)));
}

/** A list whose order means nothing in the order that it is wanted in, so that what stays has the same path. */
function aligned(schema: z.ZodType | undefined, value: unknown, want: unknown): unknown {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodArray && Array.isArray(value) && Array.isArray(want)) {
    return metaOf(schema).unordered ? inOrderOf(value, want) : value;
  }
  if (!(bare instanceof z.ZodObject && isObject(value) && isObject(want))) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, aligned(bare.shape[key] as z.ZodType, inner, want[key])]),
  );
}

/** Whether it is of an element that `others`, a list whose order means nothing, lacks: what comes or goes there replaces nothing. */
function isOfSet(schema: z.ZodObject, path: Path, others: unknown): boolean {
  return path.some((key, index) => {
    const list = path.slice(0, index);
    if (typeof key === "string" || !metaOf(fieldAt(schema, list)).unordered) return false;
    return Array.isArray(getAt(others, list)) && getAt(others, [...list, key]) === undefined;
  });
}

function same(before: unknown, value: unknown): boolean {
  return !(value instanceof Unknown) && isDeepStrictEqual(before, value);
}

/** Whether `ignoreChanges` names this path, or one that holds it. */
export function isIgnored(path: string, pattern: string): boolean {
  return pattern === "*" || path === pattern || path.startsWith(`${pattern}.`) || path.startsWith(`${pattern}[`);
}
