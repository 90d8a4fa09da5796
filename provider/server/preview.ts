import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { fieldAt, metaOf, unwrap } from "../core/meta";
import { getAt, isObject, type Json, type Path, pathText, Unknown, unknowns } from "../core/values";
import type { Along } from "../lifecycle/losses";
import { isWaiting } from "../lifecycle/waiting";
import type { Definition, Kind, List } from "../resources/kind";
import { editsOf, isReplacement } from "../topology/changes";
import { byKey, type Element, elementsOf, inLists } from "../topology/elements";

/** What is certain of a resource before it is made. A top-level output that is left out is unknown to the engine. */
export function previewCreate(kind: Definition, inputs: Json): Json {
  return kind.lists ? ofElements(kind.lists, inputs, (one) => madeLater(one)) : ofOne(kind as Kind, inputs);
}

function ofOne(kind: Kind, inputs: Json): Json {
  const certain: Json = unknowns(inputs).length > 0 ? {} : kind.preview(inputs);
  return { ...withUnknowns(kind, inputs, () => Unknown.value), ...certain };
}

/**
 * An update keeps what tells the thing from others; of an object that changes, the rest is not known. `along`: what becomes of
 * elements of lists together with something else.
 */
export function previewUpdate(
  kind: Definition,
  inputs: Json,
  oldInputs: Json,
  state: Json,
  along: ReadonlyMap<string, Pick<Along, "hasWaited">> = new Map(),
): Json {
  if (!kind.lists) return updateOfOne(kind as Kind, inputs, oldInputs, state);
  const { added, edited } = editsOf(kind.lists, oldInputs, state, inputs);
  const states = byKey(elementsOf(kind.lists, state));
  const anew = new Set(
    [...added, ...edited.filter(isReplacement).map(({ want }) => want)].map(({ path }) => pathText(path)),
  );
  const olds = new Map(edited.map(({ want, old }) => [pathText(want.path), old]));
  return ofElements(kind.lists, inputs, (one) => {
    const before = states.get(one.key ?? "");
    if (!before || anew.has(pathText(one.path)) || along.get(pathText(before.path))?.hasWaited) return madeLater(one);
    const old = olds.get(pathText(one.path));
    return old ? updateOfOne(one.kind, one.values, old.values, before.values) : before.values;
  });
}

/** The lists with what is certain of each element; what is not known yet stays so as a whole. */
function ofElements(lists: readonly List[], inputs: Json, certain: (element: Element) => unknown): Json {
  const unknown = Object.entries(inputs).filter(([, list]) => list instanceof Unknown);
  return { ...inLists(lists, elementsOf(lists, inputs), certain), ...Object.fromEntries(unknown) };
}

/** Within a list nothing can be left out to say that it is unknown. */
function madeLater({ kind, values }: Element): unknown {
  if (!isObject(values)) return values;
  const certain = ofOne(kind, values);
  const shape = Object.entries(kind.outputs.shape as Record<string, z.ZodType>);
  const missing = shape.filter(([key, field]) => certain[key] === undefined && !(field instanceof z.ZodOptional));
  return { ...certain, ...Object.fromEntries(missing.map(([key]) => [key, Unknown.value])) };
}

function updateOfOne(kind: Kind, inputs: Json, oldInputs: Json, state: Json): Json {
  // It is made now, or waits on.
  if (isWaiting(state)) return ofOne(kind, inputs);
  const stays = (key: string) => isDeepStrictEqual(inputs[key], oldInputs[key]);
  const isKept = (path: Path) =>
    (metaOf(fieldAt(kind.outputs, path)).derivedFrom ?? [String(path[0])]).every(stays) ||
    kind.identity.some((kept) => isDeepStrictEqual(kept, path));
  const shape = Object.entries<z.ZodType>(kind.inputs.shape);
  const respelled = new Set(shape.flatMap(([key, field]) => (stays(key) ? [] : (metaOf(field).shownAs ?? []))));
  const computed = Object.entries(state)
    .filter(([key]) => !(key in kind.inputs.shape))
    .map(([key, value]) => [key, respelled.has(key) ? Unknown.value : value]);
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
