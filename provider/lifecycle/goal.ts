import { z } from "zod";
import { diff } from "../core/diff";
import { fieldAt, metaOf, unwrap } from "../core/meta";
import { getAt, isObject, type Json, mapLeaves, type Path, property } from "../core/values";
import type { Kind } from "../resources/kind";
import type { State } from "./state";

/** The inputs, and for each that left the program what the kernel gives by itself; of a setting what was there before. */
export function withDefaults(kind: Kind, want: Json, oldInputs: Json, state: State): Json {
  const gone = diff({ schema: kind.inputs, old: oldInputs, state, want }).filter((change) => change.kind === "delete");
  const goal = mapLeaves(want, (leaf) => leaf) as Json;
  const defaultAt = (path: Path) => metaOf(fieldAt(kind.inputs, path)).kernelDefault;
  const made: (() => void)[] = [];
  const give = (path: Path, given: unknown) => {
    const parent = parentAt(goal, path);
    const key = path.at(-1) as string;
    if (parent[key] !== undefined) return;
    if (typeof given === "function") made.push(() => (parent[key] = given({ ...state, ...goal })));
    else parent[key] = given;
  };
  for (const { path } of gone) {
    const whole = property(path);
    if (getAt(want, whole) === undefined) {
      give(whole, kind.setting ? getAt(kind.setting.before(state), whole) : defaultAt(whole));
    } else if (isObject(getAt(want, path.slice(0, -1)))) {
      // An element of a list that is still there has lost a property.
      give(path, defaultAt(path));
    }
  }
  // Now that all is there that they are made from.
  for (const make of made) make();
  return goal;
}

/** What was there `before`, and that there was nothing at each key of a map that the goal has and it had not. */
export function withoutAdded(kind: Kind, before: Json, goal: Json): Json {
  const maps = Object.keys(goal).filter((key) => unwrap(fieldAt(kind.inputs, [key])) instanceof z.ZodRecord);
  const nothing = (map: unknown) => Object.fromEntries(Object.keys((map ?? {}) as Json).map((key) => [key, undefined]));
  return {
    ...before,
    ...Object.fromEntries(maps.map((key) => [key, { ...nothing(goal[key]), ...(before[key] as Json) }])),
  };
}

/** What holds the last key of a path; objects that left the program as a whole are there again. */
function parentAt(values: Json, path: Path): Json {
  return path.slice(0, -1).reduce<Json>((at, key) => {
    at[key] ??= {};
    return at[key] as Json;
  }, values);
}
