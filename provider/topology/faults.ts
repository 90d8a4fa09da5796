import type { Fault } from "../core/check";
import { type Json, mapLeaves, type Path, pathText, Unknown } from "../core/values";
import type { Kind, List, Named } from "../resources/kind";
import { keyOf } from "./elements";

/** An element as far as it is known and well-formed. */
interface Part {
  kind: Kind;
  path: Path;
  values: Json;
  /** It has all that it needs. */
  isWhole: boolean;
  /** What it is known by, where nothing in its id is open. */
  key: string | undefined;
}

/** What is wrong inside elements and between them. */
export function faultsBetween(lists: readonly List[], inputs: Json): Fault[] {
  const parts = partsOf(lists, inputs);
  const within = parts.flatMap(({ kind, path, values }) =>
    (kind.crossCheck?.(values) ?? []).map((fault) => ({ ...fault, path: [...path, ...fault.path] })),
  );
  const faults = [...within, ...twice(parts), ...elsewhere(parts)];
  const seen = new Set<string>();
  return faults.filter(({ path }) => !seen.has(pathText(path)) && seen.add(pathText(path)));
}

/** An element, or a list, of which nothing is known stands there as an empty one. */
function partsOf(lists: readonly List[], inputs: Json): Part[] {
  return lists.flatMap(({ name, kind }) => {
    const list = name in inputs ? [inputs[name]].flat() : [];
    return list.map((one, index): Part => {
      const values = (one ?? {}) as Json;
      const isWhole = kind.inputs.safeParse(values).success;
      const open = mapLeaves(values, (leaf) => leaf ?? Unknown.value);
      return { kind, path: [name, index], values, isWhole, key: isWhole ? keyOf(kind, open) : undefined };
    });
  });
}

/** Elements that would be the same thing, devices of one name, and what else can be there only once. */
function twice(parts: readonly Part[]): Fault[] {
  const first = new Map<string, Path>();
  const claim = (what: string, path: Path, reason: (where: string) => string): Fault[] => {
    const before = first.get(what);
    if (before === undefined) first.set(what, path);
    return before === undefined ? [] : [{ path, reason: reason(pathText(before)) }];
  };
  return parts.flatMap(({ kind, path, values, key }) => [
    ...(key === undefined ? [] : claim(key, path, (where) => `is the same as \`${where}\``)),
    ...(kind.devices?.(values) ?? []).flatMap((device) => {
      const what = placed(device);
      const reason = (where: string) => `is the name of \`${where}\` in the same namespace`;
      return what === undefined ? [] : claim(`device ${what}`, [...path, ...device.path], reason);
    }),
    ...listed(kind.claim?.(values)).flatMap((one) => {
      const what = placed(one);
      const reason = (where: string) => `is that of \`${where}\` in the same namespace`;
      return what === undefined ? [] : claim(`${kind.type} ${what}`, [...path, ...one.path], reason);
    }),
  ]);
}

/** Things that are to be on a device in a namespace of the topology, which has it in another one. */
function elsewhere(parts: readonly Part[]): Fault[] {
  const made = new Set(parts.flatMap(({ kind, values, isWhole }) => (isWhole ? makes(kind, values) : [])));
  const devices = parts.flatMap(({ kind, path, values }) =>
    (kind.devices?.(values) ?? []).map((device) => ({ device, path: [...path, ...device.path] })),
  );
  // One that is not known yet, or its namespace, may be the very one.
  if (devices.some(({ device }) => placed(device) === undefined)) return [];
  const here = new Set(devices.map(({ device }) => placed(device)));
  const byName = new Map(devices.map(({ device, path }) => [device.name, path]));
  return parts.flatMap(({ kind, path, values }) =>
    (kind.on?.(values) ?? []).flatMap((on: Named) => {
      const other = byName.get(on.name);
      if (other === undefined || here.has(placed(on)) || !made.has(on.at.namespace)) return [];
      const reason = `is a device that the topology has in another namespace, at \`${pathText(other)}\``;
      return [{ path: [...path, ...on.path], reason }];
    }),
  );
}

function listed<T>(one: T | undefined): T[] {
  return one === undefined ? [] : [one];
}

function makes(kind: Kind, values: Json): (string | undefined)[] {
  return kind.plan(values, undefined, "").flatMap(({ makes }) => (makes ? [makes] : []));
}

/** The name with its namespace; undefined while one of them is not known. */
function placed({ name, at }: Named): string | undefined {
  const isOpen = name === undefined || ("namespace" in at && at.namespace === undefined);
  return isOpen ? undefined : `${at.namespace ?? ""}/${name}`;
}
