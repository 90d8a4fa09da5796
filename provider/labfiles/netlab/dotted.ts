import { isObject, type Json } from "../../core/values";

/** With `a.b: 1` as `a: { b: 1 }`, which netlab takes for the same, at every depth. */
export function undotted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(undotted);
  if (!isObject(value)) return value;
  const made: Json = {};
  for (const [key, inner] of Object.entries(value))
    put(made, /^[\w.]+$/.test(key) ? key.split(".") : [key], undotted(inner));
  return made;
}

function put(into: Json, [key = "", ...rest]: string[], value: unknown): void {
  if (rest.length > 0) {
    const own = into[key];
    const inner: Json = isObject(own) ? own : {};
    into[key] = inner;
    put(inner, rest, value);
  } else into[key] = merged(into[key], value);
}

/** What is said twice of one thing is said together. */
export function merged(one: unknown, other: unknown): unknown {
  if (!isObject(one) || !isObject(other)) return other === undefined ? one : other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((key) => [key, merged(one[key], other[key])]));
}
