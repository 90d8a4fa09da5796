import type { Kernel } from "../kernel/kernel";
import { isMark, labelOf, ownerOf } from "../kernel/mark";
import { netnsPath } from "../kernel/netnsPath";
import { surveying } from "../kernel/survey";
import type { Found, Resource } from "../lifecycle/lifecycle";
import * as refusal from "../lifecycle/refusal";
import { kept, MARK, stateOf } from "../lifecycle/state";
import { fullIdOf, type Kind, type List, type Named } from "../resources/kind";
import { inLists, keyOn } from "./elements";
import { type Looked, lookAt } from "./look";
import { type Thing, toRecord } from "./record";
import { fold } from "./scope";
import type { Topology } from "./topology";

/** A topology of all that is in these namespaces; undefined when none of them is there. */
export async function importFrom(
  { kind: { lists }, urn, kernel }: Resource<Topology>,
  namespaces: readonly string[],
  toManage: boolean,
): Promise<Found | undefined> {
  const files = await Promise.all(namespaces.map((name) => kernel.stat(netnsPath(name))));
  const missing = namespaces.filter((_, index) => !files[index]?.isNamespace);
  if (missing.length === namespaces.length) return undefined;
  if (missing.length > 0) throw refusal.notThere(`netns:index:Topology ${fold(namespaces)}`, missing);
  const survey = surveying(kernel);
  const things = distinct((await Promise.all(lists.map((list) => thingsIn(survey, list, namespaces)))).flat());
  const marks = new Set(things.flatMap(({ state }) => (isMark(state[MARK]) ? [state[MARK]] : [])));
  const foreign = [...marks].find((mark) => ownerOf(mark)?.label !== labelOf(urn));
  if (toManage && foreign !== undefined) throw refusal.otherOwner({ type: "Topology" }, fold(namespaces), foreign);
  const [mark] = marks;
  const adopted = lists.filter(({ name }) => things.some(({ path }) => path[0] === name));
  return {
    id: fold(namespaces),
    inputs: inLists(adopted, things, ({ kind, values }) => kind.adopt(values)),
    state: toRecord(lists, { things, mark, changes: 0 }),
  };
}

/** What there is of a kind, without settings, which are there in any case, and what the kernel makes by itself. */
async function thingsIn(kernel: Kernel, { name, kind }: List, namespaces: readonly string[]): Promise<Thing[]> {
  if (kind.setting) return [];
  const ids = await Promise.all(namespaces.map((namespace) => kind.list(kernel, { namespace })));
  const wheres = ids.flat().flatMap((id) => kind.parseId(id) ?? []);
  const looked = await lookAt(
    kernel,
    wheres.map((where) => ({ kind, where })),
  );
  return looked.flatMap((one, index) => thingOf(name, index, one));
}

function thingOf(name: string, index: number, { kind, seen }: Looked & { kind: Kind }): Thing[] {
  if (!seen?.state || kind.comesByItself?.(seen.state)) return [];
  const state = stateOf(kind, seen, {}, kept(kind, seen.state));
  return [{ kind, path: [name, index], key: keyOn(kind, fullIdOf(kind, seen.state)), values: seen.state, state }];
}

/** Each once: what makes several devices is found at each of them. */
function distinct(things: readonly Thing[]): Thing[] {
  const taken = new Set<string>();
  return things.filter(({ kind, key, values }) => {
    const devices: Named[] = kind.devices?.(values) ?? [];
    const names = [key, ...devices.map(({ name, at }) => `device ${at.namespace ?? ""}/${name}`)];
    const isNew = names.every((name) => !taken.has(name));
    if (isNew) for (const name of names) taken.add(name);
    return isNew;
  });
}
