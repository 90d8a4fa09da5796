import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { fieldAt } from "../core/meta";
import { type Json, mapLeaves } from "../core/values";
import type { Kind } from "../resources/kind";

/** The inputs as a person would write them: without what is so by default, and numbers as numbers. */
export function asWritten(kind: Kind, inputs: Json): Json {
  return mapLeaves(inputs, (value, path) => {
    const field = fieldAt(kind.inputs, path);
    if (field instanceof z.ZodDefault && isDeepStrictEqual(field.def.defaultValue, value)) return undefined;
    return isNumber(value) && field?.safeParse(Number(value)).success ? Number(value) : value;
  }) as Json;
}

function isNumber(value: unknown): boolean {
  return typeof value === "string" && /^(0|[1-9]\d{0,8})$/.test(value);
}
