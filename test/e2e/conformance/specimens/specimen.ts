import type { Json } from "../../../../provider/core/values";
import { type Declared, outputOf } from "../../../support/engine/declared";

/**
 * One kind as the conformance cases need it: a row of their tables. Each test puts copies of it into namespaces of
 * their own; `at` is the name of that namespace, or the output that has it.
 */
export interface Specimen {
  type: string;
  /** Tells rows of one kind apart. */
  variant?: string;
  /** Whether the kernel here can make such; only told where it may not. */
  built?: boolean;
  /** It is the namespace `at` itself. */
  isPlace?: boolean;
  /** The least that a program says of it; `it` is the name of its resource. */
  props(at: unknown, it: string): Json;
  /** All that a program can say of it besides, by path. */
  full: Json;
  id(at: string): string;
  /** What the second reader shows in `at` as long as it is there. */
  shown: RegExp;
  /** Shell, in `at`: takes the thing away by hand. None for what cannot be taken away. */
  gone?: string;
  /** Shell, in a namespace `at` that is somebody's own: makes the like of it. */
  foreign: string;
  /** Shell, in `at`: changes what no program manages. */
  unmanaged: string;
  /** Each property that is updated in place, by path. */
  edits: Record<string, Edit>;
  /** Each property that replaces, by path. */
  replacements: Record<string, Replacement>;
  /** Two ways to say the same: properties by path, then by path again. */
  spellings: [Json, Json][];
  /** What must be there for it, in the same namespace: `pair` is then the resource `${it}-pair`. */
  needs?(at: unknown, it: string): Declared[];
  /** What stands on it. */
  leaners?(at: unknown, it: string): Declared[];
  /** Outputs that import cannot know, by their first names. */
  notImported?: string[];
  /** Properties that no program here can change without a trace elsewhere. */
  onlyInKernelTest?: string[];
  /** What is no id of one. */
  badIds: string[];
}

export interface Edit {
  /** Whether the kernel here can be told so; only told where it may not. */
  built?: boolean;
  /** The kernel's own value is had only by a replacement. */
  unsetReplaces?: boolean;
  /** Another value than the kernel gives by itself. */
  value: unknown;
  /** The facts that then differ: each of them matches. None: the kernel does not know the property. */
  touches?: RegExp;
  /** One fact and the value that it has then. */
  shows?: [fact: string, value: unknown];
  /** Shell, in `at`: gives it yet another value. */
  byHand?: string;
}

export interface Replacement {
  value(it: string): unknown;
  /** Shell, in `at`, as it is with the value: something else than that. */
  byHand?: string;
}

/** A namespace that is there for whatever moves. */
export const ELSEWHERE = "elsewhere";
export const elsewhere: Declared = { type: "Namespace", name: ELSEWHERE, props: {} };

/** A specimen in a program, with what it needs and what stands on it. */
export interface Copy {
  specimen: Specimen;
  /** The name of its resource. */
  name: string;
  /** `Type name` as the engine's events tell it. */
  resource: string;
  /** The name of its namespace. */
  at: string;
  /** What it stands on, and itself. */
  declared: Declared[];
  /** The same with properties of its own changed, by path. */
  with(props: Json): Declared[];
  /** What stands on it. */
  leaners: Declared[];
}

/** A thing and what stands on it, which goes with it: `Type name` each. */
export function whole({ resource, leaners }: Copy): string[] {
  return [resource, ...leaners.map(({ type, name }) => `${type} ${name}`)];
}

export function copyOf(specimen: Specimen, what: string, given: Json = {}): Copy {
  const it = [specimen.type, specimen.variant, ...what.split(/[.[\]]+/)].filter(Boolean).join(".");
  const base = `${it}-in`;
  const at = specimen.isPlace ? outputOf(it, "name") : outputOf(base, "name");
  const under: Declared[] = specimen.isPlace
    ? []
    : [{ type: "Namespace", name: base, props: { name: it } }, ...(specimen.needs?.(at, it) ?? [])];
  const named = (declared: Declared): Declared =>
    declared === under[0] ? declared : { ...declared, name: `${it}-${declared.name}` };
  const program = (props: Json): Declared[] => [
    ...under.map(named),
    { type: specimen.type, name: it, props: put(specimen.props(specimen.isPlace ? it : at, it), props) },
  ];
  return {
    specimen,
    name: it,
    resource: `${specimen.type} ${it}`,
    at: it,
    declared: program(given),
    with: (props) => program({ ...given, ...props }),
    leaners: (specimen.leaners?.(at, it) ?? []).map(named),
  };
}

/** A copy of `props` with values put in by path; undefined takes one out. */
function put(props: Json, values: Json): Json {
  const copy: Json = structuredClone(props);
  for (const [path, value] of Object.entries(values)) {
    const keys = path.split(/[.[\]]+/);
    const last = keys.pop() as string;
    const parent = keys.reduce<Json>((at, key) => {
      at[key] ??= {};
      return at[key] as Json;
    }, copy);
    parent[last] = value;
  }
  return copy;
}
