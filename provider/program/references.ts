import { familyOf, networkOf, parseCidr } from "../core/ip";
import { getAt, isObject, type Json, leaves, type Path, pathText } from "../core/values";
import { deviceKey, type Thing } from "../inventory/thing";
import { partText } from "../kernel/takenAlong";
import type { Held, Named } from "../resources/kind";

/** A property of another thing that has the value of this one. */
export interface Reference {
  thing: Thing;
  path: Path;
}

/** What a thing takes from others: its properties by their paths, and those that are to be there before it. */
export interface Needs {
  taken: Map<string, Reference>;
  after: Set<Thing>;
}

/** Who is to be taken from. */
interface Index {
  devices: Map<string, Reference>;
  namespaces: Map<string, Reference>;
  /** By what hangs on them, in the words of kinds. */
  givers: Map<string, Thing[]>;
  /** Those that a gateway can be on the network of, by their namespaces. */
  networks: { namespace: unknown; network: string; thing: Thing }[];
  macs: Map<string, Reference | undefined>;
}

export type AllNeeds = ReadonlyMap<Thing, Needs>;

/** For each thing what it takes from which others: so the program has the order in which they are made. */
export function needsOf(things: readonly Thing[]): AllNeeds {
  const index = indexOf(things);
  return new Map(things.map((thing) => [thing, needs(thing, index)]));
}

/**
 * The things in their order, but each after what it takes from. Where that goes round in a circle one of them takes
 * nothing from the other.
 */
export function inOrder(things: readonly Thing[], all: AllNeeds): Thing[] {
  const placed = new Set<Thing>();
  const begun = new Set<Thing>();
  const place = (thing: Thing): void => {
    if (begun.has(thing)) return;
    begun.add(thing);
    const { taken, after } = all.get(thing) as Needs;
    for (const { thing: other } of taken.values()) place(other);
    for (const other of after) place(other);
    for (const [path, { thing: other }] of taken) if (!placed.has(other)) taken.delete(path);
    for (const other of after) if (!placed.has(other)) after.delete(other);
    placed.add(thing);
  };
  for (const thing of things) place(thing);
  return [...placed];
}

function indexOf(things: readonly Thing[]): Index {
  const index: Index = { devices: new Map(), namespaces: new Map(), givers: new Map(), networks: [], macs: new Map() };
  for (const thing of things) {
    const { kind, seen } = thing;
    const { state } = seen;
    for (const device of devicesOf(thing)) {
      const { path } = device;
      index.devices.set(deviceKey(device), { thing, path });
      const macPath = [...path.slice(0, -1), "mac"];
      const mac = String(getAt(state, macPath));
      index.macs.set(mac, index.macs.has(mac) ? undefined : { thing, path: macPath });
    }
    for (const part of kind.gives?.(state) ?? []) {
      const key = partText(part);
      index.givers.set(key, [...(index.givers.get(key) ?? []), thing]);
      const isNamespace = part.sort === "namespace" && part.namespace !== undefined && kind.autoname !== undefined;
      if (isNamespace) index.namespaces.set(part.namespace as string, { thing, path: [kind.autoname as string] });
    }
    const { network, namespace } = state;
    if (typeof network === "string") index.networks.push({ namespace, network, thing });
  }
  return index;
}

function devicesOf({ kind, seen: { state } }: Thing): Named[] {
  return kind.devices?.(state) ?? [];
}

function needs(thing: Thing, index: Index): Needs {
  const { kind, inputs, seen } = thing;
  const taken = new Map<string, Reference>();
  const after = new Set<Thing>();
  const take = (path: Path, reference: Reference | undefined) => {
    if (reference && reference.thing !== thing) taken.set(pathText(path), reference);
  };
  const own = new Set(devicesOf(thing).map(({ path }) => pathText([...path.slice(0, -1), "mac"])));
  for (const { path, value } of leaves(inputs)) {
    if (path.at(-1) === "namespace") take(path, index.namespaces.get(String(value)));
    if (path.at(-1) === "mac" && !own.has(pathText(path))) take(path, index.macs.get(String(value)));
  }
  for (const device of (kind.on?.(inputs) ?? []) as Named[]) take(device.path, index.devices.get(deviceKey(device)));
  for (const held of (kind.hangsOn?.(seen.state) ?? []) as Held[]) {
    if (held.sort === "device") {
      const found = index.devices.get(deviceKey({ name: held.name, at: { namespace: held.namespace } }));
      if (found) after.add(found.thing);
      continue;
    }
    hangOn(thing, held, index.givers.get(partText(held)) ?? [], { taken, after });
  }
  for (const { path, value } of leaves(inputs)) {
    if (path.at(-1) !== "gateway") continue;
    const on = index.networks.find(
      ({ namespace, network }) => namespace === inputs.namespace && isWithin(String(value), network),
    );
    if (on) takeDeviceFrom(on.thing, [...path.slice(0, -1), "device"], inputs, { taken, after });
  }
  after.delete(thing);
  for (const { thing: other } of taken.values()) after.delete(other);
  return { taken, after };
}

function isWithin(address: string, network: string): boolean {
  const { family, prefixLength } = parseCidr(network) ?? {};
  return family === familyOf(address) && networkOf(address, prefixLength ?? 0) === network;
}

/** One of those that give what it hangs on is enough. */
function hangOn({ inputs }: Thing, held: Held, givers: readonly Thing[], into: Needs): void {
  const [giver] = givers;
  if (!giver || givers.some((one) => into.after.has(one) || isTaken(one, into))) return;
  takeDeviceFrom(giver, held.path, inputs, into);
}

/** The device by way of what is on it, so that that is there first; where it says none, in order only. */
function takeDeviceFrom(giver: Thing, path: Path, inputs: Json, { taken, after }: Needs): void {
  const value = getAt(inputs, path);
  const isOf = value !== undefined && giver.inputs.device === value && !isObject(value);
  if (isOf && giver.inputs.namespace === inputs.namespace)
    taken.set(pathText(path), { thing: giver, path: ["device"] });
  else after.add(giver);
}

function isTaken(thing: Thing, { taken }: Needs): boolean {
  return [...taken.values()].some((one) => one.thing === thing);
}
