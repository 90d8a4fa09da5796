import { parse } from "../core/check";
import { grouped, type Json, pathText } from "../core/values";
import { NetnsError } from "../errors";
import { type Kernel, withReadCache } from "../kernel/kernel";
import { listNetns } from "../kernel/netns";
import { fullIdOf, type Kind, type Named, type Seen } from "../resources/kind";
import { deviceKey, type Inventory, type Namespaces, type Thing, type Uncovered } from "./thing";
import { uncoveredIn } from "./uncovered";

/**
 * All that is in these namespaces, but for what the kernel makes by itself; of settings those that have other values than
 * the kernel gives them. Undefined is the provider's own namespace.
 */
export async function takeInventory(
  kernel: Kernel,
  kinds: readonly Kind[],
  namespaces: Namespaces,
): Promise<Inventory> {
  const cached = kernel.cache ? kernel : withReadCache(kernel);
  const looked = await Promise.all(kinds.map((kind) => (kind.setting ? changed : listed)(cached, kind, namespaces)));
  const found = together(looked);
  const things = distinct(found.things);
  const uncovered = [...found.uncovered, ...(await uncoveredIn(cached, kinds, namespaces, things))];
  const key = ({ namespace = "", what }: Uncovered) => `${namespace} ${what}`;
  return { things, uncovered: [...grouped(uncovered, key).values()].flatMap(([first]) => first ?? []) };
}

async function listed(kernel: Kernel, kind: Kind, namespaces: Namespaces): Promise<Inventory> {
  const looks = namespaces.map(async (namespace) => {
    const ids = await (namespace === undefined ? ownIds(kernel, kind) : kind.list(kernel, { namespace }));
    return Promise.all(
      inOrder(kind, [...new Set(ids)]).map((id) => {
        const where = kind.parseId(id);
        return where === undefined
          ? beyond(namespace, `${kind.type} ${id}, whose name cannot be written in a program`)
          : look(kernel, kind, namespace, { id, where });
      }),
    );
  });
  return together((await Promise.all(looks)).flat());
}

const { compare } = new Intl.Collator("en", { numeric: true });

/** Devices by their names, for the kernel shows them in an order of its own; that of addresses means something. */
function inOrder(kind: Kind, ids: readonly string[]): string[] {
  return kind.devices ? [...ids].sort(compare) : [...ids];
}

/** Nobody can ask for what is in the provider's own namespace alone: it is what is in none that has a name. */
async function ownIds(kernel: Kernel, kind: Kind): Promise<string[]> {
  const names = await listNetns(kernel);
  const [all, ...others] = await Promise.all(
    [{}, ...names.map((namespace) => ({ namespace }))].map((query) => kind.list(kernel, query)),
  );
  const elsewhere = new Set(others.flat());
  return (all ?? []).filter((id) => !elsewhere.has(id));
}

function together(all: readonly Inventory[]): Inventory {
  return { things: all.flatMap(({ things }) => things), uncovered: all.flatMap(({ uncovered }) => uncovered) };
}

async function changed(kernel: Kernel, kind: Kind, namespaces: Namespaces): Promise<Inventory> {
  const looked = namespaces.map(async (namespace) => {
    const settings: Json[] = (await kind.setting?.changed(kernel, namespace)) ?? [];
    return Promise.all(
      settings.map((given) => {
        const id = (kind.setting?.importId ?? kind.id)(given);
        return look(kernel, kind, namespace, { id, where: kind.where(given) });
      }),
    );
  });
  return together((await Promise.all(looked)).flat());
}

async function look(
  kernel: Kernel,
  kind: Kind,
  namespace: string | undefined,
  { id, where }: { id: string; where: unknown },
): Promise<Inventory> {
  const seen = await observe(kernel, kind, where);
  if (seen instanceof NetnsError) return beyond(namespace, `${kind.type} ${id} (${seen.parts.said ?? seen.message})`);
  if (!seen || seen.ofKernel !== undefined) return NOTHING;
  const { state } = seen;
  if (!state) return beyond(seen.device ? seen.device.namespace : namespace, seen.what);
  if (kind.comesByItself?.(state)) return NOTHING;
  const inputs: Json = kind.adopt(state);
  const { parsed, faults } = parse(kind.inputs, inputs);
  const [fault] = faults.length > 0 ? faults : (kind.crossCheck?.(parsed as never) ?? []);
  if (fault) return beyond(namespace, `${seen.what}: \`${pathText(fault.path)}\` ${fault.reason}`);
  return { things: [{ kind, id, seen: { ...seen, state }, inputs }], uncovered: [] };
}

/** What cannot be looked at, for the host lacks the tool for it, is there all the same. */
function observe(kernel: Kernel, kind: Kind, where: unknown): Promise<Seen<Json> | NetnsError | undefined> {
  return kind.observe(kernel, where).catch((error: unknown) => {
    if (error instanceof NetnsError && error.kind === "unsupported") return error;
    throw error;
  });
}

const NOTHING: Inventory = { things: [], uncovered: [] };

function beyond(namespace: string | undefined, what: string): Inventory {
  return { things: [], uncovered: [{ namespace, what }] };
}

/**
 * Each once: what makes several devices is found at each of them. Of two kinds that know a device the later one knows more of
 * it, such as a bridge of Open vSwitch, which is a tap as well.
 */
function distinct(things: readonly Thing[]): Thing[] {
  const taken = new Set<string>();
  const kinds = [...new Set(things.map(({ kind }) => kind))].reverse();
  const isNew = ({ kind, seen: { state } }: Thing) => {
    const devices: Named[] = kind.devices?.(state) ?? [];
    const names = [`${kind.type} ${fullIdOf(kind, state)}`, ...devices.map(deviceKey)];
    if (names.some((name) => taken.has(name))) return false;
    for (const name of names) taken.add(name);
    return true;
  };
  const left = new Set(kinds.flatMap((kind) => things.filter((thing) => thing.kind === kind).filter(isNew)));
  return things.filter((thing) => left.has(thing));
}
