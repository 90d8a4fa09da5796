import { UnknownValueError } from "@pulumi/policy";
import { UNKNOWN_STRING } from "../provider/core/wire";

/** Properties as the engine writes them: a policy that reads one that is not known yet gets an error in its place. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(() => value[index]));
  if (typeof value !== "object" || value === null) return value;
  const all = value as Record<string, unknown>;
  return Object.fromEntries(Object.keys(all).map((key) => [key, read(() => all[key])]));
}

function read(get: () => unknown): unknown {
  try {
    return plain(get());
  } catch (error) {
    if (error instanceof UnknownValueError) return UNKNOWN_STRING;
    throw error;
  }
}
