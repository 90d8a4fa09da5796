import { isDeepStrictEqual } from "node:util";
import { fieldAt, isPolicy } from "../core/meta";
import { getAt, hasUnknown, type Json, leaves, mapLeaves, type Path, pathText, property } from "../core/values";
import { takeInventory } from "../inventory/inventory";
import { deviceKey, type Uncovered } from "../inventory/thing";
import type { Kernel } from "../kernel/kernel";
import { inGivenWords } from "../lifecycle/state";
import { type Resource, resourceOf } from "../model/resources";
import { kinds as allKinds } from "../resources";
import { fullIdOf, type Kind, type Seen } from "../resources/kind";

/** What is on the host, in the words of the stack where that has made it. */
export interface Compared {
  resources: readonly Resource[];
  drift: readonly Drift[];
  /** Of what is there and not in the stack: what it is, in words. */
  foreign: ReadonlyMap<Resource, string>;
  /** What no kind has words for. */
  uncovered: readonly Uncovered[];
}

/** What the host has otherwise than the stack says: a property, or without a path the whole thing is not there. */
export interface Drift {
  resource: Resource;
  path?: Path;
  want?: unknown;
  is?: unknown;
  /** The program leaves the property to the kernel: it was otherwise when the state was written, and no `up` sets it back. */
  isUnsaid?: true;
}

interface Looking {
  /** Where that is not known, nothing on the host counts as somebody else's. */
  stack: readonly Resource[] | undefined;
  /** The name of the provider's own is empty. */
  hosts: readonly string[];
  /** Of these kinds it is told what is there besides the stack. Absent: of all. */
  kinds?: readonly Kind[];
}

/** Looks for all that the stack has, and at all that is in these hosts. */
export async function compareWithStack(kernel: Kernel, { stack, hosts, kinds = allKinds }: Looking): Promise<Compared> {
  const namespaces = hosts.map((host) => host || undefined);
  const looked = await Promise.all((stack ?? []).map((resource) => lookFor(kernel, resource)));
  const { things, uncovered } = await takeInventory(kernel, kinds, namespaces);
  const ours = new Set(looked.flatMap(({ keys }) => keys));
  const others = things.filter(({ kind, seen }) => !keysOf(kind, seen.state).some((key) => ours.has(key)));
  const found = others.map(({ kind, id, seen }) => [resourceOf(kind, id, [], seen.state), seen.what] as const);
  return {
    resources: [...looked.flatMap(({ live }) => live ?? []), ...found.map(([resource]) => resource)],
    drift: looked.flatMap(({ drift }) => drift),
    foreign: new Map(stack ? found : []),
    uncovered,
  };
}

interface Looked {
  keys: string[];
  live?: Resource;
  drift: Drift[];
}

async function lookFor(kernel: Kernel, resource: Resource): Promise<Looked> {
  const { kind, name, path, values } = resource;
  // What is proved is nothing that the host has.
  if (kind.prove) return { keys: [], live: resource, drift: [] };
  // Where a secret says its place, nobody can look for it.
  if (hasUnknown(kind.where(values))) return { keys: [], drift: [] };
  const seen = (await kind.observe(kernel, kind.where(values))) as Seen<Json> | undefined;
  // What is there and cannot be used yet is there: what keeps it from that the kernel tells of the device.
  const shown = seen?.state ?? seen?.notReady?.would;
  if (!shown) return { keys: [], drift: values.waiting === true ? [] : [{ resource }] };
  const { state } = inGivenWords(kind, { state: shown }, values, values);
  const live = resourceOf(kind, name, path, state);
  return { keys: keysOf(kind, state), live, drift: differences(resource, state) };
}

/** What it is known by: also by each of the devices that it makes, for it may be found by any of them. */
export function keysOf(kind: Kind, state: Json): string[] {
  return [`${kind.type} ${fullIdOf(kind, state)}`, ...(kind.devices?.(state) ?? []).map(deviceKey)];
}

/** Of what a program can say of it, of a list as a whole. What only the kernel tells, such as a carrier, is as it comes. */
function differences(resource: Resource, state: Json): Drift[] {
  const { kind, values, said } = resource;
  const [ours, theirs] = [sayable(kind, values), sayable(kind, state)];
  const places = new Map(leaves(ours).map(({ path }) => [pathText(property(path)), property(path)]));
  return [...places.values()].flatMap((path): Drift[] => {
    const [want, is] = [getAt(ours, path), getAt(theirs, path)];
    if (hasUnknown(want) || isDeepStrictEqual(is, want)) return [];
    const isUnsaid = said !== undefined && getAt(said, path) === undefined;
    return [{ resource, path, want, is, ...(isUnsaid && { isUnsaid }) }];
  });
}

function sayable({ inputs }: Kind, values: Json): Json {
  const isSayable = (path: Path) => fieldAt(inputs, path) !== undefined && !isPolicy(inputs, path);
  return mapLeaves(values, (leaf, path) => (isSayable(path) ? leaf : undefined)) as Json;
}
