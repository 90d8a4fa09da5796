import { diff } from "../core/diff";
import { fieldAt, metaOf } from "../core/meta";
import { getAt, type Json, mapLeaves } from "../core/values";
import type { Kind } from "../resources/kind";
import type { State } from "./state";

/** The inputs, and for each that left the program what the kernel gives by itself. */
export function withDefaults(kind: Kind, want: Json, oldInputs: Json, state: State): Json {
  const gone = diff({ schema: kind.inputs, old: oldInputs, state, want }).filter((change) => change.kind === "delete");
  const goal = mapLeaves(want, (leaf) => leaf) as Json;
  for (const { path } of gone) {
    const given = metaOf(fieldAt(kind.inputs, path)).kernelDefault;
    const parent = getAt(goal, path.slice(0, -1)) as Json | undefined;
    if (parent) parent[path.at(-1) as string] = typeof given === "function" ? given() : given;
  }
  return goal;
}
