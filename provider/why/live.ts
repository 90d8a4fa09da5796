import { isDeepStrictEqual } from "node:util";
import { getAt, hasUnknown, type Json, leaves, type Path, Unknown } from "../core/values";
import { takeInventory } from "../inventory/inventory";
import { deviceKey, type Uncovered } from "../inventory/thing";
import { type Kernel, withReadCache } from "../kernel/kernel";
import { inGivenWords } from "../lifecycle/state";
import type { Graph } from "../model/graph";
import { type Resource, resourceOf } from "../model/resources";
import { kinds } from "../resources";
import { fullIdOf, type Kind, type Seen } from "../resources/kind";
import { graphWithFacts, type HostFacts, readFacts } from "./liveFacts";

/** What is on the host, in the words of the stack where that has made it. */
export interface Live {
  resources: readonly Resource[];
  graph: Graph;
  /** What only the kernel knows of the devices, by their hosts. */
  facts: ReadonlyMap<string, HostFacts>;
  /** Of what is there and not in the stack: what it is, in words. */
  foreign: ReadonlyMap<Resource, string>;
  drift: readonly Drift[];
  /** What no kind has words for. */
  uncovered: readonly Uncovered[];
}

/** What the host has otherwise than the stack says: a property, or without a path the whole thing is not there. */
export interface Drift {
  resource: Resource;
  path?: Path;
  want?: unknown;
  is?: unknown;
}

/** Looks at all that is in these hosts; the name of the provider's own is empty. */
export async function readLive(
  kernel: Kernel,
  stack: readonly Resource[] | undefined,
  hosts: readonly string[],
): Promise<Live> {
  const cached = withReadCache(kernel);
  const namespaces = hosts.map((host) => host || undefined);
  const looked = await Promise.all((stack ?? []).map((resource) => lookFor(cached, resource)));
  const { things, uncovered } = await takeInventory(cached, kinds, namespaces);
  const read = await Promise.all(
    hosts.map(async (host) => [host, await readFacts(cached, host || undefined)] as const),
  );
  const facts = new Map(read.flatMap(([host, devices]) => (devices ? [[host, devices] as const] : [])));
  const ours = new Set(looked.flatMap(({ keys }) => keys));
  const others = things.filter(({ kind, seen }) => !keysOf(kind, seen.state).some((key) => ours.has(key)));
  const found = others.map(({ kind, id, seen }) => [resourceOf(kind, id, [], seen.state), seen.what] as const);
  const foreign = new Map(stack ? found : []);
  const resources = [...looked.flatMap(({ live }) => live ?? []), ...found.map(([resource]) => resource)];
  const graph = graphWithFacts(resources, facts);
  return { resources, graph, facts, foreign, drift: looked.flatMap(({ drift }) => drift), uncovered };
}

interface Looked {
  keys: string[];
  live?: Resource;
  drift: Drift[];
}

async function lookFor(kernel: Kernel, resource: Resource): Promise<Looked> {
  const { kind, name, path, values } = resource;
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
function keysOf(kind: Kind, state: Json): string[] {
  return [`${kind.type} ${fullIdOf(kind, state)}`, ...(kind.devices?.(state) ?? []).map(deviceKey)];
}

/** Of what a program can say of it. */
function differences(resource: Resource, state: Json): Drift[] {
  const { kind, values } = resource;
  const said = leaves(values).filter(
    ({ path, value }) => String(path[0]) in kind.inputs.shape && !(value instanceof Unknown),
  );
  return said.flatMap(({ path, value }) => {
    const is = getAt(state, path);
    return isDeepStrictEqual(is, value) ? [] : [{ resource, path, want: value, is }];
  });
}
