import { z } from "zod";
import { unwrap } from "../../../provider/core/meta";
import { type Path, pathText, property } from "../../../provider/core/values";

/** The path of each property that a schema has, those within objects for the objects; of a list the first element's. */
export function inputPaths(schema: z.ZodType, path: Path = []): Path[] {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodArray) return inputPaths(bare.element as z.ZodType, [...path, 0]);
  if (!(bare instanceof z.ZodObject)) return [path];
  return Object.entries(bare.shape).flatMap(([key, inner]) => inputPaths(inner as z.ZodType, [...path, key]));
}

/** The row of a table that each path must have: one of its own, that of the list that it is in, or of a key of the map that it is. */
export function rowsFor(paths: readonly Path[], rows: readonly string[]): string[] {
  const row = (path: Path) => [path, property(path)].map(pathText).find((text) => rows.includes(text));
  const ofKey = (path: Path) => rows.find((one) => [".", "["].some((next) => one.startsWith(pathText(path) + next)));
  return [...new Set(paths.map((path) => row(path) ?? ofKey(path) ?? pathText(path)))].sort();
}
