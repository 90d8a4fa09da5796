import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { fieldAt, metaOf, unwrap } from "../core/meta";
import { getAt, isObject, type Json, leaves, type Path, Unknown } from "../core/values";
import type { Kind } from "../resources/kind";

/** What is certain of a resource before it is made. A top-level output that is left out is unknown to the engine. */
export function previewCreate(kind: Kind, inputs: Json): Json {
  const certain: Json = leaves(inputs).some(({ value }) => value instanceof Unknown) ? {} : kind.preview(inputs);
  return { ...withUnknowns(kind, inputs, () => Unknown.value), ...certain };
}

/** An update keeps what tells the thing from others; of an object that changes, the rest is not known. */
export function previewUpdate(kind: Kind, inputs: Json, oldInputs: Json, state: Json): Json {
  const stays = (key: string) => isDeepStrictEqual(inputs[key], oldInputs[key]);
  const isKept = (path: Path) =>
    (metaOf(fieldAt(kind.outputs, path)).derivedFrom ?? [String(path[0])]).every(stays) ||
    kind.identity.some((kept) => isDeepStrictEqual(kept, path));
  const computed = Object.entries(state).filter(([key]) => !(key in kind.inputs.shape));
  const nested = withUnknowns(kind, inputs, (path) => (isKept(path) ? getAt(state, path) : Unknown.value));
  return { ...Object.fromEntries(computed), ...nested };
}

/** Outputs within an object cannot be left out to say that they are unknown: each is put there. */
function withUnknowns(kind: Kind, inputs: Json, fill: (path: Path) => unknown): Json {
  const filled = Object.entries(inputs).map(([key, value]) => {
    const schema = unwrap(kind.outputs.shape[key]);
    if (!isObject(value) || !(schema instanceof z.ZodObject)) return [key, value];
    const missing = Object.entries(schema.shape).filter(
      ([name, field]) => value[name] === undefined && !(field instanceof z.ZodOptional),
    );
    return [key, { ...value, ...Object.fromEntries(missing.map(([name]) => [name, fill([key, name])])) }];
  });
  return Object.fromEntries(filled);
}
