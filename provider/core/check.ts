import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { fieldAt, metaOf, unwrap } from "./meta";
import { hasUnknown, isObject, isWithin, type Json, type Path, Unknown, unknowns } from "./values";

export interface Fault {
  path: Path;
  /** Why, in words that hold no value: it may be a secret. */
  reason: string;
}

/** Parses `values` with a schema; what is unknown yet passes. All faults at once, each at its property. */
export function parse(schema: z.ZodObject, values: Json): { parsed: Json; faults: Fault[] } {
  // What is right and known takes zod's own way, which is the fast one.
  const strict = hasUnknown(values) ? undefined : schema.safeParse(values);
  if (strict?.success) return { parsed: strict.data as Json, faults: [] };
  const result = lenientOnce(schema).safeParse(values);
  if (result.success) return { parsed: result.data as Json, faults: [] };
  return { parsed: {}, faults: result.error.issues.flatMap((issue) => faultsOf(issue, schema)) };
}

/** A fault for all that is not known yet, where nothing may be open any more. */
export function unknownFaults(values: Json): Fault[] {
  return unknowns(values).map((path) => ({ path, reason: "is not known yet" }));
}

/** What can be said of `values` besides: the leaves that are known and well-formed, for rules between properties. */
export function knownParts(values: Json, faults: readonly Fault[]): Json {
  const wrong = (path: Path) => faults.some((fault) => isWithin(path, fault.path));
  const known = (value: unknown, path: Path): unknown => {
    if (value instanceof Unknown || wrong(path)) return undefined;
    if (Array.isArray(value)) return value.map((inner, index) => known(inner, [...path, index]));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, known(inner, [...path, key])]));
  };
  return known(values, []) as Json;
}

const made = new WeakMap<z.ZodObject, z.ZodType>();

function lenientOnce(schema: z.ZodObject): z.ZodType {
  const known = made.get(schema) ?? lenient(schema);
  made.set(schema, known);
  return known;
}

/** The same schema, but every property may be unknown. */
function lenient(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional) return lenient(schema.unwrap() as z.ZodType).optional();
  if (schema instanceof z.ZodDefault) return lenient(schema.unwrap() as z.ZodType).default(schema.def.defaultValue);
  if (schema instanceof z.ZodArray) {
    const list = z.array(lenient(schema.element as z.ZodType), {
      error: (schema.def.error as z.core.$ZodErrorMap | undefined) ?? listError,
    });
    return unlessUnknown(list.check(...((schema.def.checks ?? []) as z.core.$ZodCheck<unknown[]>[])));
  }
  if (schema instanceof z.ZodRecord) {
    const value = lenient(schema.valueType as z.ZodType);
    return unlessUnknown(z.record(schema.keyType as z.ZodType<string>, value, { error: objectError }));
  }
  if (!(schema instanceof z.ZodObject)) return unlessUnknown(schema);
  const shape = Object.entries(schema.shape).map(([key, inner]) => [key, lenient(inner as z.ZodType)]);
  return unlessUnknown(z.strictObject(Object.fromEntries(shape), { error: objectError }));
}

function unlessUnknown(schema: z.ZodType): z.ZodType {
  return z.any().transform((value, context) => {
    if (value instanceof Unknown) return value;
    if (value === undefined) {
      context.issues.push({ code: "custom", message: "is required", input: value });
      return z.NEVER;
    }
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.issues.push({ ...issue, input: value } as never);
    return z.NEVER;
  });
}

function objectError(issue: { code?: string }): string | undefined {
  return issue.code === "invalid_type" ? "must be an object" : undefined;
}

function listError(issue: { code?: string }): string | undefined {
  return issue.code === "invalid_type" ? "must be a list" : undefined;
}

/** zod reports an unknown key at its object; the failure belongs to the key itself. */
function faultsOf(issue: z.core.$ZodIssue, schema: z.ZodObject): Fault[] {
  const path = issue.path as Path;
  if (issue.code === "invalid_key") return [{ path, reason: issue.issues[0]?.message ?? issue.message }];
  if (issue.code !== "unrecognized_keys") return [{ path, reason: issue.message }];
  const object = unwrap(fieldAt(schema, path));
  const known = object instanceof z.ZodObject ? Object.keys(object.shape) : [];
  const { absent } = metaOf(object);
  return issue.keys.map((key) => ({ path: [...path, key], reason: absent?.[key] ?? unknownKey(key, known) }));
}

function unknownKey(key: string, known: string[]): string {
  const [nearest] = known
    .map((name) => ({ name, far: distance(key.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  const hint =
    nearest && nearest.far < key.length && nearest.far <= Math.max(2, key.length / 3)
      ? `did you mean \`${nearest.name}\`?`
      : undefined;
  return `is not a property of this; ${hint ?? `there are ${known.map((name) => `\`${name}\``).join(", ")}`}`;
}
