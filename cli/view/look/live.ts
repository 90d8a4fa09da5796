import { isDeepStrictEqual } from "node:util";
import { getAt, hasUnknown, type Json, leaves, pathText, Unknown } from "../../../provider/core/values";
import { deviceKey } from "../../../provider/inventory/thing";
import { type Kernel, withReadCache } from "../../../provider/kernel/kernel";
import { labelOf, type Resource, resourceOf } from "../../../provider/model/resources";
import { kinds } from "../../../provider/resources";
import { fullIdOf, type Kind, type Named, type Seen } from "../../../provider/resources/kind";

interface Live {
  resources: Resource[];
  /** What is otherwise than the stack says, a line each. */
  drift: string[];
}

/** What is in these hosts, whoever made it, with the names that the stack has for it. */
export async function readLive(kernel: Kernel, stack: readonly Resource[], hosts: readonly string[]): Promise<Live> {
  const cached = withReadCache(kernel);
  const looked = await Promise.all(stack.map((resource) => lookFor(cached, resource)));
  const things = await listed(cached, new Set(hosts));
  // What makes several devices is found at each of them.
  const known = new Set(looked.flatMap(({ live }) => (live ? keysOf(live.kind, live.values) : [])));
  const foreign = things.filter(({ kind, state }) => {
    const keys = keysOf(kind, state);
    const isNew = !keys.some((key) => known.has(key));
    for (const key of keys) known.add(key);
    return isNew;
  });
  return {
    resources: [
      ...looked.flatMap(({ live }) => live ?? []),
      ...foreign.map(({ kind, id, state }) => resourceOf(kind, id, [], state)),
    ],
    drift: [...looked.flatMap(({ drift }) => drift), ...foreign.map(({ what }) => `not in the stack: ${what}`)],
  };
}

interface Thing {
  kind: Kind;
  id: string;
  state: Json;
  what: string;
}

/**
 * What there is of each kind but for settings, which there are thousands of, and what the kernel makes by itself. An
 * inventory (provider/inventory) tells more, and takes a second for ten hosts.
 */
async function listed(kernel: Kernel, hosts: ReadonlySet<string>): Promise<Thing[]> {
  return (await Promise.all(kinds.map((kind) => (kind.setting ? [] : ofKind(kernel, kind, hosts))))).flat();
}

async function ofKind(kernel: Kernel, kind: Kind, hosts: ReadonlySet<string>): Promise<Thing[]> {
  const ids = await kind.list(kernel, {});
  const things = ids.map(async (id): Promise<Thing[]> => {
    const where = hosts.has(id.slice(0, id.indexOf("/"))) ? kind.parseId(id) : undefined;
    if (where === undefined) return [];
    const seen = (await kind.observe(kernel, where)) as Seen<Json> | undefined;
    if (!seen?.state || seen.ofKernel !== undefined || kind.comesByItself?.(seen.state)) return [];
    return [{ kind, id, state: seen.state, what: seen.what }];
  });
  return (await Promise.all(things)).flat();
}

interface Looked {
  live?: Resource;
  drift: string[];
}

async function lookFor(kernel: Kernel, resource: Resource): Promise<Looked> {
  const { kind, name, path, values } = resource;
  // Where a secret says its place, nobody can look for it.
  if (hasUnknown(kind.where(values))) return { drift: [] };
  const seen = (await kind.observe(kernel, kind.where(values))) as Seen<Json> | undefined;
  const label = `${kind.type} ${labelOf(resource)}`;
  if (!seen?.state) return { drift: values.waiting === true ? [] : [`${label} is not there`] };
  const live = resourceOf(kind, name, path, seen.state);
  const drift = differences(resource, seen.state).map((what) => `${label}: ${what}`);
  return { live, drift };
}

/** What a thing is known by: itself, and the devices that it makes. */
function keysOf(kind: Kind, state: Json): string[] {
  const devices: Named[] = kind.devices?.(state) ?? [];
  return [`${kind.type} ${fullIdOf(kind, state)}`, ...devices.map(deviceKey)];
}

/** Of what a program can say of it. */
function differences({ kind, values }: Resource, state: Json): string[] {
  return leaves(values).flatMap(({ path, value }) => {
    if (!(String(path[0]) in kind.inputs.shape) || value instanceof Unknown) return [];
    const is = getAt(state, path);
    return isDeepStrictEqual(is, value) ? [] : [`${pathText(path)} is ${text(is)} instead of ${text(value)}`];
  });
}

function text(value: unknown): string {
  return value === undefined ? "left out" : JSON.stringify(value);
}
