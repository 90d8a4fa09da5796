import { isDeepStrictEqual } from "node:util";

/** A value that the engine does not know yet: an output of a resource that preview has not created. */
export class Unknown {
  /** Only for the compiler, to which a class without properties is any value. */
  declare private readonly sort: "unknown";
  private constructor() {}
  static readonly value = new Unknown();
}

export type Path = readonly (string | number)[];
export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}

/** `a.mtu`, `routes[0].via`, `sysctls["net.ipv4.ip_forward"]`: property paths as Pulumi writes them. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    if (!/^[A-Za-z_]\w*$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

export function getAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], value);
}

/** Whether `path` is `outer` or lies below it. */
export function isWithin(path: Path, outer: Path): boolean {
  return outer.length <= path.length && outer.every((key, index) => key === path[index]);
}

/** The path of the property that `path` is in: a list is set as a whole. */
export function property(path: Path): Path {
  const index = path.findIndex((key) => typeof key === "number");
  return index < 0 ? path : path.slice(0, index);
}

/** Every leaf below `value` with its path. Unknowns, arrays' elements and empty objects count as leaves' places too. */
export function leaves(value: unknown, path: Path = []): { path: Path; value: unknown }[] {
  if (isObject(value)) return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
  if (Array.isArray(value)) return value.flatMap((inner, index) => leaves(inner, [...path, index]));
  return value === undefined ? [] : [{ path, value }];
}

/** Where below `value` something is not known yet. */
export function unknowns(value: unknown): Path[] {
  if (!hasUnknown(value)) return [];
  return leaves(value).flatMap((leaf) => (leaf.value instanceof Unknown ? [leaf.path] : []));
}

/** Whether something below `value` is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return value instanceof Unknown || Object.values(value).some(hasUnknown);
}

/** A copy of `value` with every leaf mapped; a leaf mapped to undefined is left out. */
export function mapLeaves(value: unknown, map: (leaf: unknown, path: Path) => unknown, path: Path = []): unknown {
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, inner]) => [key, mapLeaves(inner, map, [...path, key])] as const);
    return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
  }
  if (Array.isArray(value)) return value.map((inner, index) => mapLeaves(inner, map, [...path, index]));
  return map(value, path);
}

/**
 * Whether all that `want` says is so in `have`: a list has just those elements, and a key with undefined says that there
 * is nothing. What is unknown may be anything.
 */
export function covers(have: unknown, want: unknown): boolean {
  if (want instanceof Unknown) return true;
  if (Array.isArray(want)) {
    return Array.isArray(have) && have.length === want.length && want.every((one, index) => covers(have[index], one));
  }
  if (!isObject(want)) return isDeepStrictEqual(have, want);
  return isObject(have) && Object.entries(want).every(([key, inner]) => covers(have[key], inner));
}

/** Those with the same key together, in their order. */
export function grouped<T, Key>(all: readonly T[], keyOf: (one: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

/**
 * `list` in the order of `like`: an element that says the same as one there has its place, and the rest fills up the
 * others. A place that nothing is left for is undefined.
 */
export function inOrderOf<T>(list: readonly T[], like: readonly unknown[]): (T | undefined)[] {
  const left = [...list];
  const placed = like.map((wanted) => {
    const index = left.findIndex((one) => covers(one, wanted) || covers(wanted, one));
    return index < 0 ? undefined : left.splice(index, 1)[0];
  });
  return [...placed.map((one) => one ?? left.shift()), ...left];
}
