import { z } from "zod";
import { fieldAt, unwrap } from "../core/meta";
import { netnsNameOf } from "../core/netnsName";
import { parseUrn } from "../core/urn";
import { hasUnknown, isObject, type Json, mapLeaves, type Path, pathText, Unknown } from "../core/values";
import { opened } from "../core/wire";
import { kinds } from "../resources";
import type { Kind } from "../resources/kind";
import { byKey, elementsOf } from "../topology/elements";
import { topologyOf } from "../topology/topology";

/** One thing of a lab: a resource of a stack, or an element of a Topology. */
export interface Resource {
  kind: Kind;
  /** The logical name, of the Topology where it is an element of one. */
  name: string;
  /** Where it is in a Topology: `["vethPairs", 3]`; empty for a resource of its own. */
  path: Path;
  /** Outputs as far as they are known, else inputs. What is not known yet is `Unknown`, leaf by leaf. */
  values: Json;
  /** The inputs alone, with what Check has set: what the program says. Absent where nobody knows it. */
  said?: Json;
}

/** A resource as the engine writes it: in `deployment.resources` of `pulumi stack export`, or in a step of `pulumi preview --json`. */
export interface Written {
  urn: string;
  type: string;
  /** The URN of what it is a part of; of all else, that of the stack. */
  parent?: string;
  inputs?: unknown;
  outputs?: unknown;
  /** It is to go: another one has its name already. */
  delete?: boolean;
}

export const topology = topologyOf(kinds);
const TOPOLOGY = `netns:index:${topology.type}`;
const byType = new Map(kinds.map((kind) => [`netns:index:${kind.type}`, kind]));

/** All things that are in these, in their order; resources of other providers are left out. */
export function resourcesOf(written: readonly Written[]): Resource[] {
  return written.flatMap((one) => {
    if (one.delete) return [];
    const { name } = parseUrn(one.urn);
    const inputs = opened(one.inputs).values;
    const values = { ...inputs, ...known(opened(one.outputs).values) };
    const said = one.inputs === undefined ? undefined : inputs;
    const kind = kindOf(one);
    if (kind) return [resourceOf(kind, name, [], values, said)];
    return one.type === TOPOLOGY ? elements(name, values, said) : [];
  });
}

export function isOurs({ type }: Written): boolean {
  return type === TOPOLOGY || byType.has(type);
}

/** The kind of a single resource; none of a Topology and of what is not ours. */
export function kindOf({ type }: Written): Kind | undefined {
  return byType.get(type);
}

export function resourceOf(kind: Kind, name: string, path: Path, values: Json, said?: Json): Resource {
  return { kind, name, path, values: leafByLeaf(kind, byNames(values)), ...(said && { said }) };
}

/** How a person finds it in the program: `link`, `lab.vethPairs[3]`. */
export function labelOf({ name, path }: Pick<Resource, "name" | "path">): string {
  return path.length === 0 ? name : `${name}.${pathText(path)}`;
}

function elements(name: string, values: Json, said: Json | undefined): Resource[] {
  const inputs = byKey(said ? elementsOf(topology.lists, said) : []);
  return elementsOf(topology.lists, values).map(({ kind, path, key, values: of }) =>
    resourceOf(kind, name, path, isObject(of) ? of : {}, key === undefined ? undefined : inputs.get(key)?.values),
  );
}

/** Without what is not known: the inputs may know it. */
function known(outputs: Json): Json {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => !(value instanceof Unknown)));
}

/** With one name for each namespace, whoever wrote it: in itself, and in each of its ends. */
function byNames(values: Json): Json {
  let named = values;
  for (const [key, value] of Object.entries(values)) {
    const now = isObject(value)
      ? byNames(value)
      : key === "namespace" && typeof value === "string"
        ? netnsNameOf(value)
        : value;
    if (now !== value) named = { ...named, [key]: now };
  }
  return named;
}

/** An object that is not known as one whose properties all are not, so that who reads it finds properties. */
function leafByLeaf({ outputs }: Kind, values: Json): Json {
  if (!hasUnknown(values)) return values;
  return mapLeaves(values, (leaf, path) => {
    const schema = leaf instanceof Unknown ? unwrap(fieldAt(outputs, path)) : undefined;
    if (!(schema instanceof z.ZodObject)) return leaf;
    return Object.fromEntries(Object.keys(schema.shape).map((key) => [key, Unknown.value]));
  }) as Json;
}
