import { z } from "zod";
import { unwrap } from "../../provider/core/meta";
import type { Path } from "../../provider/core/values";

/** The path of each property that a schema has, those within objects for the objects; of a list the first element's. */
export function inputPaths(schema: z.ZodType, path: Path = []): Path[] {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodArray) return inputPaths(bare.element as z.ZodType, [...path, 0]);
  if (!(bare instanceof z.ZodObject)) return [path];
  return Object.entries(bare.shape).flatMap(([key, inner]) => inputPaths(inner as z.ZodType, [...path, key]));
}
