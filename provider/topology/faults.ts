import type { Fault } from "../core/check";
import { type Json, type Path, pathText } from "../core/values";
import type { Kind, List, Named } from "../resources/kind";

/** An element as far as it is known and well-formed. */
interface Part {
  kind: Kind;
  path: Path;
  values: Json;
  /** It has all that it needs, so that its id can be told. */
  isWhole: boolean;
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

function partsOf(lists: readonly List[], inputs: Json): Part[] {
  return lists.flatMap(({ name, kind }) => {
    const list = inputs[name];
    if (!Array.isArray(list)) return [];
    return list.flatMap((values, index) => {
      const isWhole = kind.inputs.safeParse(values).success;
      return values ? [{ kind, path: [name, index], values, isWhole }] : [];
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
  return parts.flatMap(({ kind, path, values, isWhole }) => [
    ...(isWhole ? claim(`${kind.type} ${kind.id(values)}`, path, (where) => `is the same as \`${where}\``) : []),
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
  // One whose namespace is not known yet may be the very one.
  if (devices.some(({ device }) => placed(device) === undefined)) return [];
  const here = new Set(devices.map(({ device }) => placed(device)));
  const byName = new Map(devices.map(({ device, path }) => [device.name, path]));
  return parts.flatMap(({ kind, path, values }) =>
    listed(kind.on?.(values)).flatMap((on) => {
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
  return kind.plan(values, undefined, "").flatMap(({ makes }) => (makes ? [makes.name] : []));
}

/** The name with its namespace; undefined while one of them is not known. */
function placed({ name, at }: Named): string | undefined {
  const isOpen = name === undefined || ("namespace" in at && at.namespace === undefined);
  return isOpen ? undefined : `${at.namespace ?? ""}/${name}`;
}
