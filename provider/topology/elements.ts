import { z } from "zod";
import { fieldAt, unwrap } from "../core/meta";
import { isObject, type Json, mapLeaves, type Path, Unknown, unknowns } from "../core/values";
import { fullIdOf, type Kind, type List } from "../resources/kind";

/** One thing in a list of a topology. */
export interface Element {
  kind: Kind;
  /** Where it stands: `["vethPairs", 3]`. */
  path: Path;
  values: Json;
  /** What it is known by, wherever it stands: kind and id. Undefined when the id is not known yet. */
  key: string | undefined;
}

/** An element whose id is known. */
export type Known = Element & { key: string };

/** The lists of a topology: one for each kind. */
export function listsOf(kinds: readonly Kind[]): List[] {
  return kinds.map((kind) => ({ name: plural(kind.type.charAt(0).toLowerCase() + kind.type.slice(1)), kind }));
}

/** `vethPairs`, `addresses`, `linkSettings`. */
function plural(name: string): string {
  if (/(ss|x|sh|ch)$/.test(name)) return `${name}es`;
  if (name.endsWith("s")) return name;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}

/** Those of values that were asked about before: an RPC asks again and again, and nobody changes values in place. */
const known = new WeakMap<readonly List[], WeakMap<Json, readonly Element[]>>();

/** The elements of inputs or of outputs, in the order of the kinds. */
export function elementsOf(lists: readonly List[], values: Json): readonly Element[] {
  const before = known.get(lists) ?? new WeakMap<Json, readonly Element[]>();
  known.set(lists, before);
  const found = before.get(values) ?? findElements(lists, values);
  before.set(values, found);
  return found;
}

function findElements(lists: readonly List[], values: Json): Element[] {
  return lists.flatMap(({ name, kind }) => {
    const list = values[name];
    if (!Array.isArray(list)) return [];
    return list.map((one, index): Element => ({ kind, path: [name, index], values: one, key: keyOf(kind, one) }));
  });
}

export function byKey(elements: readonly Element[]): Map<string, Known> {
  return new Map(elements.flatMap((one) => (isKnown(one) ? [[one.key, one] as const] : [])));
}

export function isKnown(element: Element): element is Known {
  return element.key !== undefined;
}

/** The lists again, each with what `value` gives for its elements in their order. */
export function inLists<T extends { path: Path }>(
  lists: readonly List[],
  elements: readonly T[],
  value: (element: T) => unknown,
): Json {
  const byList = new Map(lists.map(({ name }) => [name, [] as unknown[]]));
  for (const element of elements) byList.get(String(element.path[0]))?.push(value(element));
  return Object.fromEntries(byList);
}

const OPEN = "\0";

export function keyOf(kind: Kind, values: unknown): string | undefined {
  if (!isObject(values)) return undefined;
  const unknown = unknowns(values);
  if (unknown.some((path) => unwrap(fieldAt(kind.inputs, path)) instanceof z.ZodObject)) return undefined;
  const known = unknown.length === 0 ? values : mapLeaves(values, (leaf) => (leaf instanceof Unknown ? OPEN : leaf));
  const id = fullIdOf(kind, known);
  return id.includes(OPEN) ? undefined : keyOn(kind, id);
}

export function keyOn(kind: Kind, id: string): string {
  return `${kind.type} ${id}`;
}

/** The inputs among the outputs of an element. */
export function inputsOf(kind: Kind, state: Json): Json {
  const given = Object.fromEntries(Object.entries(state).filter(([key]) => key in kind.inputs.shape));
  return mapLeaves(given, (leaf, path) => (fieldAt(kind.inputs, path) === undefined ? undefined : leaf)) as Json;
}
