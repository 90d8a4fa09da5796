import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { fieldAt, metaOf, replaces } from "./meta";
import { getAt, isWithin, type Json, leaves, type Path, pathText, property, Unknown } from "./values";

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
export function diff({ schema, old, state, want, ignore = [] }: DiffInput): Change[] {
  const wanted = leaves(want);
  const changes: Change[] = wanted.flatMap(({ path, value }) => {
    const before = getAt(old, path);
    if (same(before, value)) return [];
    const field = fieldAt(schema, path);
    if (before === undefined && same(getAt(state, path), value)) return [];
    return [{ path, kind: before === undefined ? "add" : "update", replaces: replaces(field) }];
  });
  for (const { path, value } of leaves(old)) {
    // A wanted leaf stands for what is at and below its place: an unknown object may bring anything.
    if (wanted.some((leaf) => isWithin(path, leaf.path))) continue;
    const field = fieldAt(schema, path);
    if (metaOf(field).kernelDefault === value) continue;
    const isWhole = getAt(want, property(path)) === undefined;
    const unset = isWhole && metaOf(fieldAt(schema, property(path))).unsetReplaces;
    changes.push({ path, kind: "delete", replaces: replaces(field) || unset === true });
  }
  return changes.filter(({ path }) => !ignore.some((pattern) => isIgnored(pathText(path), pattern)));
}

function same(before: unknown, value: unknown): boolean {
  return !(value instanceof Unknown) && isDeepStrictEqual(before, value);
}

function isIgnored(path: string, pattern: string): boolean {
  return pattern === "*" || path === pattern || path.startsWith(`${pattern}.`) || path.startsWith(`${pattern}[`);
}
