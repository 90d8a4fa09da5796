import { type Json, pathText } from "../core/values";
import { withReadCache } from "../kernel/kernel";
import { needFirstNames } from "../lifecycle/firstNames";
import { withDefaults } from "../lifecycle/goal";
import * as refusal from "../lifecycle/refusal";
import { isRest, isSame, STRIPPED, type State } from "../lifecycle/state";
import { isOurs } from "../lifecycle/undo";
import type { Kind, List, Named, Seen } from "../resources/kind";
import { type Edit, editsOf, isReplacement } from "./changes";
import { type Element, elementsOf, isKnown, type Known } from "./elements";
import { type Looked, lookAt } from "./look";
import { inPlace, type Recorded, type Thing } from "./record";
import { partOf, type Task, type Work } from "./work";

/** What a run does. */
export interface Plan {
  /** What is left of things of ours that were broken: in the way, and nothing to keep. */
  rests: Task[];
  /** What is taken away, as it is. */
  removed: Gone[];
  tasks: (Task & Looked)[];
  /** What stays as it is; but with what is taken away or changed, the kernel may drop some of it. */
  others: Thing[];
  /** What there was of all of it, by the keys. */
  was: ReadonlyMap<string, Thing>;
  /** In an order in which one can need another. */
  inOrder<T extends { kind: Kind }>(things: readonly T[]): T[];
}

/** A thing with what is seen of it: all, or what is left. */
export type Gone = Thing & { seen: Seen<Json> };

/** What was, and what is wanted. */
export interface Change {
  was: Recorded;
  oldInputs: Json;
  state: State;
  want: Json;
}

/** What leads from what is there to what is wanted. Refuses, before anything is touched, what is somebody else's. */
export async function planFor(work: Work, lists: readonly List[], change: Change): Promise<Plan> {
  const { was, oldInputs, state, want } = change;
  const { added, removed, edited } = editsOf(lists, oldInputs, state, want);
  const replaced = edited.filter(isReplacement);
  const kernel = withReadCache(work.kernel);
  const out = [...removed, ...replaced.map((edit) => edit.old)];
  const away = new Set(out.flatMap(({ kind, values }) => kind.devices?.(values) ?? []).map(placed));
  const wanted = [...added, ...edited.map((edit) => edit.want)].filter(isKnown);
  await Promise.all(
    wanted.map((one) => needFirstNames(kernel, work.subject, one, (device) => away.has(placed(device)))),
  );
  const [leaving, making, changing] = await Promise.all([
    lookAt(kernel, inPlace([...leavingOf(out, was), ...remains(lists, change)])),
    lookAt(kernel, [...added, ...replaced.map((edit) => edit.want)].filter(isKnown).map(toMake)),
    lookAt(
      kernel,
      edited.filter((edit) => !isReplacement(edit)).flatMap((edit) => toChange(edit, was)),
    ),
  ]);
  const going = leaving.flatMap((thing) => goneOf(work, thing));
  const staying = changing.filter(({ seen, kind, thing }) => seen?.state && isSame(kind, thing.state, seen));
  const anew = [...making, ...changing.filter((one) => !staying.includes(one))];
  const inTheWay = anew.filter(({ kind, seen }) => seen && !kind.setting && !going.some(makesRoom(kind, seen)));
  const isLeft = ({ key, kind, seen }: Looked & Known) => {
    const before = was.things.get(key);
    if (!seen || was.mark === undefined) return false;
    if (isOurs(kind, seen, { mark: was.mark })) return true;
    return before !== undefined && (isRest(before.state, seen) || isSame(kind, before.state, seen));
  };
  const foreign = inTheWay.filter((one) => !isLeft(one));
  if (foreign.length > 0) throw refusal.existWithin(work.subject, foreign.map(told));
  const order = new Map(lists.map(({ kind }, index) => [kind, index]));
  const inOrder = <T extends { kind: Kind }>(things: readonly T[]): T[] =>
    [...things].sort((a, b) => (order.get(a.kind) ?? 0) - (order.get(b.kind) ?? 0));
  const tasks = [...anew, ...staying.map((task) => ({ ...task, have: task.seen?.state }))];
  const touched = new Set<string | undefined>(tasks.map(({ key }) => key));
  return {
    rests: inTheWay,
    removed: inOrder(going),
    tasks: inOrder(tasks),
    others: elementsOf(lists, want).flatMap((element) => {
      const thing = touched.has(element.key) ? undefined : was.things.get(element.key ?? "");
      return thing ? [{ ...thing, path: element.path, values: element.values }] : [];
    }),
    was: was.things,
    inOrder,
  };
}

function leavingOf(elements: readonly Element[], was: Recorded): Thing[] {
  return elements.flatMap(({ key }) => was.things.get(key ?? "") ?? []);
}

/** What a refresh has found to be broken, so that no inputs have it, and nobody wants any more. */
function remains(lists: readonly List[], { was, oldInputs, want }: Change): Thing[] {
  const named = new Set([oldInputs, want].flatMap((inputs) => elementsOf(lists, inputs)).map(({ key }) => key));
  return [...was.things.values()].filter(({ key }) => !named.has(key));
}

function toMake(element: Known): Task {
  return { ...element, where: element.kind.where(element.values), goal: element.values, have: undefined };
}

function toChange({ want, old }: Edit, was: Recorded): (Task & { thing: Thing })[] {
  const thing = was.things.get(want.key ?? "");
  if (!isKnown(want) || !thing) return [];
  const goal = withDefaults(want.kind, want.values, old.values, thing.state);
  return [{ ...toMake(want), goal, thing, isStripped: thing.state[STRIPPED] === true }];
}

function goneOf({ resource, subject }: Work, { seen, place: _, ...thing }: Thing & Looked): Gone[] {
  if (seen?.state && isSame(thing.kind, thing.state, seen)) return [{ ...thing, seen }];
  if (seen && isRest(thing.state, seen) && seen.slot === undefined) return [{ ...thing, seen }];
  if (seen) resource.warn(refusal.leftAlone(partOf(subject, thing), seen));
  return [];
}

/** Whether a thing that goes is what is seen, from wherever that was looked for: the same, or the device that is there. */
function makesRoom(kind: Kind, seen: Seen<Json>): (thing: Gone) => boolean {
  const isThere = ({ name, at }: Named) => name === seen.device?.name && at.namespace === seen.device?.namespace;
  return (thing) =>
    (thing.kind === kind && isSame(kind, thing.state, seen)) ||
    (thing.seen.state !== undefined && (thing.kind.devices?.(thing.seen.state) ?? []).some(isThere));
}

function placed({ name, at }: Omit<Named, "path">): string {
  return JSON.stringify([at.namespace ?? "", name]);
}

function told({ path, seen }: Known & Looked) {
  return { path: pathText(path), seen: seen as Seen<Json> };
}
