import { getAt, isObject, type Json, leaves, type Path, pathText } from "../core/values";
import type { Thing } from "../inventory/thing";
import type { Named } from "../resources/kind";
import type { AllNeeds } from "./references";

/**
 * The inputs of devices whose MAC address another thing names without taking it from there, such as the FDB of a VXLAN: they
 * are to have just that one again.
 */
export function pinnedMacs(things: readonly Thing[], needs: AllNeeds): Map<Thing, Json> {
  const written = new Set(
    things.flatMap((thing) =>
      leaves(thing.inputs)
        .filter(({ path }) => path.at(-1) === "mac" && !needs.get(thing)?.taken.has(pathText(path)))
        .map(({ value }) => value),
    ),
  );
  const pinned = new Map<Thing, Json>();
  for (const thing of things) {
    const { kind, inputs, seen } = thing;
    for (const { path } of (kind.devices?.(seen.state) ?? []) as Named[]) {
      const at = [...path.slice(0, -1), "mac"];
      const mac = getAt(seen.state, at);
      if (mac === undefined || !written.has(mac) || getAt(inputs, at) !== undefined) continue;
      pinned.set(thing, withValue(pinned.get(thing) ?? inputs, at, mac) as Json);
    }
  }
  return pinned;
}

function withValue(values: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const object = isObject(values) ? values : {};
  return { ...object, [key]: withValue(object[key], rest, value) };
}
