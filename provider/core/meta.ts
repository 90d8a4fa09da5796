import { z } from "zod";
import type { Json, Path } from "./values";

/** What the schema says of a property besides its zod type; carried by `.meta()`. */
export interface FieldMeta {
  /** Markdown: meaning, unit, default. */
  description?: string;
  /** A change of this property replaces the resource; otherwise it is updated in place. */
  replaces?: boolean;
  /**
   * What the kernel gives when nobody asks: put back when the property leaves the program. A function makes it, from
   * what is there with what is wanted.
   */
  kernelDefault?: unknown;
  /** The kernel gives its own value only to what is new: the resource is replaced when the property leaves the program. */
  unsetReplaces?: boolean;
  /** Whether another value in the place of this one (undefined: of none) replaces the resource, where others are set in place. */
  replacesFrom?: (before: unknown, value: unknown) => boolean;
  /** It says how the provider acts; the kernel does not know it. */
  policy?: boolean;
  /** The kernel shows it in words of its own, in this output: it is as given as long as that is as it was then. */
  shownAs?: string;
  /** The order of this list's elements means nothing. */
  unordered?: boolean;
  /** Of an object whose values can be said in several ways: `values` in the words of `others`, where both mean the same. */
  respelled?: (values: Json, others: Json) => Json;
  /** It is of a type of the schema that is defined elsewhere, by its id: what a resource takes. */
  refersTo?: string;
  /** It is an explicit provider of this package, not text. */
  isProvider?: boolean;
  /** Of an object: of properties that others of its sort have, why it has them not. */
  absent?: Readonly<Record<string, string>>;
  /** Inputs that this output is computed from: where one of them is secret, this is. */
  derivedFrom?: readonly string[];
}

/** What `.meta()` gave a property, on whichever layer of `optional` and `default` it was written. */
export function metaOf(schema: z.ZodType | undefined): FieldMeta {
  if (schema === undefined) return {};
  const meta = known.get(schema) ?? findMeta(schema);
  known.set(schema, meta);
  return meta;
}

const known = new WeakMap<z.ZodType, FieldMeta>();

function findMeta(schema: z.ZodType): FieldMeta {
  const inner =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? metaOf(schema.unwrap() as z.ZodType) : {};
  return { ...inner, ...(schema.meta() as FieldMeta | undefined) };
}

/** The schema of the property at `path` with all its layers, undefined when there is none. */
export function fieldAt(schema: z.ZodType | undefined, path: Path): z.ZodType | undefined {
  const [key, ...rest] = path;
  if (key === undefined || schema === undefined) return schema;
  const bare = unwrap(schema);
  if (bare instanceof z.ZodObject) {
    return Object.hasOwn(bare.shape, key) ? fieldAt(bare.shape[key] as z.ZodType, rest) : undefined;
  }
  if (bare instanceof z.ZodRecord) return fieldAt(bare.valueType as z.ZodType, rest);
  return bare instanceof z.ZodArray ? fieldAt(bare.element as z.ZodType, rest) : undefined;
}

/** Whether a property, or one that it is within, says how the provider acts. */
export function isPolicy(schema: z.ZodType, path: Path): boolean {
  return path.some((_, index) => metaOf(fieldAt(schema, path.slice(0, index + 1))).policy === true);
}

/** A schema without its layers of `optional` and `default`. */
export function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return unwrap(schema.unwrap() as z.ZodType);
  return schema;
}

/** Whether a change of this property, or of one below it, replaces the resource. */
export function replaces(schema: z.ZodType | undefined): boolean {
  if (metaOf(schema).replaces) return true;
  const bare = unwrap(schema);
  if (bare instanceof z.ZodObject) return Object.values(bare.shape).some((inner) => replaces(inner as z.ZodType));
  return bare instanceof z.ZodArray && replaces(bare.element as z.ZodType);
}
