import type { Json } from "../core/values";
import { takeInventory } from "../inventory/inventory";
import { type Thing as Found, inWords } from "../inventory/thing";
import { isMark, labelOf, ownerOf } from "../kernel/mark";
import { netnsPath } from "../kernel/netnsPath";
import * as refusal from "../lifecycle/refusal";
import type { Found as Imported, Resource } from "../lifecycle/resource";
import { kept, MARK, stateOf } from "../lifecycle/state";
import { fullIdOf, type List } from "../resources/kind";
import { inLists, keyOn } from "./elements";
import { toRanges } from "./namespaceRanges";
import { type Thing, toRecord } from "./record";
import type { Topology } from "./topology";

/** A topology of all that is in these namespaces; undefined when none of them is there. */
export async function importFrom(
  { kind: { lists }, urn, kernel, warn }: Resource<Topology>,
  namespaces: readonly string[],
  toManage: boolean,
): Promise<Imported | undefined> {
  const files = await Promise.all(namespaces.map((name) => kernel.stat(netnsPath(name))));
  const missing = namespaces.filter((_, index) => !files[index]?.isNamespace);
  if (missing.length === namespaces.length) return undefined;
  if (missing.length > 0) throw refusal.notThere(`netns:index:Topology ${toRanges(namespaces)}`, missing);
  const kinds = lists.map(({ kind }) => kind);
  const { things: found, uncovered } = await takeInventory(kernel, kinds, namespaces);
  const things = found.map((thing) => asElement(lists, thing));
  const marks = new Set(things.flatMap(({ state }) => (isMark(state[MARK]) ? [state[MARK]] : [])));
  const foreign = [...marks].find((mark) => ownerOf(mark)?.label !== labelOf(urn));
  if (toManage && foreign !== undefined) throw refusal.otherOwner({ type: "Topology" }, toRanges(namespaces), foreign);
  if (toManage && uncovered.length > 0) warn(refusal.notImported(toRanges(namespaces), uncovered.map(inWords)));
  const [mark] = marks;
  const adopted = lists.filter(({ name }) => things.some(({ path }) => path[0] === name));
  return {
    id: toRanges(namespaces),
    inputs: inLists(adopted, things, ({ inputs }) => inputs),
    state: toRecord(lists, { things, mark, changes: 0 }),
  };
}

function asElement(lists: readonly List[], { kind, seen, inputs }: Found): Thing & { inputs: Json } {
  const list = lists.find((one) => one.kind === kind)?.name ?? "";
  const state = stateOf(kind, seen, {}, kept(kind, seen.state));
  const key = keyOn(kind, fullIdOf(kind, seen.state));
  return { kind, path: [list, 0], key, values: seen.state, state, inputs };
}
