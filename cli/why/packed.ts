import { type Json, mapLeaves, Unknown } from "../../provider/core/values";
import { opened, UNKNOWN_STRING } from "../../provider/core/wire";
import { type Resource, resourceOf } from "../../provider/model/resources";
import { kinds } from "../../provider/resources";
import type { Question } from "../../provider/why/question";

/** What is asked of the half of the command that may look at the host, as JSON. */
export interface Packed {
  question: Question;
  timeoutMs: number;
  stack: { type: string; name: string; path: Resource["path"]; values: unknown; said?: unknown }[];
}

export function packed(stack: readonly Resource[]): Packed["stack"] {
  return stack.map(({ kind: { type }, name, path, values, said }) => ({
    ...{ type, name, path, values: withWords(values) },
    ...(said && { said: withWords(said) }),
  }));
}

function withWords(values: Json): unknown {
  return mapLeaves(values, (leaf) => (leaf instanceof Unknown ? UNKNOWN_STRING : leaf));
}

export function unpacked(stack: Packed["stack"]): Resource[] {
  return stack.flatMap(({ type, name, path, values, said }) => {
    const kind = kinds.find((one) => one.type === type);
    const inputs = said === undefined ? undefined : opened(said).values;
    return kind ? [resourceOf(kind, name, path, opened(values).values, inputs)] : [];
  });
}
