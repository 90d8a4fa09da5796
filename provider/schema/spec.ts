/** The parts of Pulumi's package schema that this provider uses (pkg/codegen/schema/pulumi.json in pulumi/pulumi). */

export interface PackageSpec {
  name: string;
  displayName: string;
  version: string;
  description: string;
  keywords: string[];
  license: string;
  publisher: string;
  config: { variables: Record<string, PropertySpec> };
  types: Record<string, TypeSpec>;
  provider: ResourceSpec;
  resources: Record<string, ResourceSpec>;
  functions: Record<string, FunctionSpec>;
  language: Record<string, Record<string, unknown>>;
}

export interface ResourceSpec extends ObjectSpec {
  description: string;
  inputProperties: Record<string, PropertySpec>;
  requiredInputs?: string[];
  isComponent?: boolean;
  stateInputs?: ObjectSpec;
  listInputs?: ObjectSpec;
}

export interface FunctionSpec {
  description: string;
  inputs: ObjectSpec;
  outputs: ObjectSpec;
}

export interface ObjectSpec {
  type?: "object";
  description?: string;
  properties?: Record<string, PropertySpec>;
  required?: string[];
}

interface EnumSpec {
  type: "string";
  description?: string;
  enum: { name: string; value: string }[];
}

export type TypeSpec = (ObjectSpec & { type: "object"; enum?: never }) | EnumSpec;

/** Where a value's type is written: one of `type`, `$ref` and `oneOf`; an array has `items`, a map `additionalProperties`. */
export interface ValueSpec {
  type?: "boolean" | "integer" | "number" | "string" | "array" | "object";
  $ref?: string;
  items?: ValueSpec;
  /** Of an object whose keys the program chooses. */
  additionalProperties?: ValueSpec;
  oneOf?: ValueSpec[];
}

export interface PropertySpec extends ValueSpec {
  description: string;
  default?: boolean | number | string;
  willReplaceOnChanges?: boolean;
}

const TYPES = "#/types/";
/** The package's own provider, as a value. */
export const PROVIDER = "#/provider";

export function refTo(token: string): string {
  return `${TYPES}${token}`;
}

/** The type that a value refers to, with its token. */
export function referred(spec: PackageSpec, value: ValueSpec): { token: string; type: TypeSpec } | undefined {
  const token = value.$ref?.startsWith(TYPES) ? value.$ref.slice(TYPES.length) : undefined;
  const type = token === undefined ? undefined : spec.types[token];
  return token !== undefined && type ? { token, type } : undefined;
}

/** `VethPair` of `netns:index:VethPair`. */
export function lastPart(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}
