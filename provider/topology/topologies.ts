import type { Json } from "../core/values";
import { PartialError } from "../errors";
import { type Kernel, withReadCache } from "../kernel/kernel";
import { isOnSameDevices } from "../kernel/place";
import type { Step } from "../kernel/step";
import type { Intents, Part } from "../lifecycle/intents";
import * as refusal from "../lifecycle/refusal";
import type { Found, Operations, Resource } from "../lifecycle/resource";
import type { Rights } from "../lifecycle/rights";
import type { SettingOwners } from "../lifecycle/settingOwners";
import { inGivenWords, isRest, isSame, kept, overlay, PLACE, type State, stateOf } from "../lifecycle/state";
import { isWaiting, waitsOn } from "../lifecycle/waiting";
import { subjectOf } from "../resources/kind";
import { byKey, type Element, elementsOf, inLists, isKnown, type Known } from "./elements";
import { findAll } from "./findMoved";
import { importFrom } from "./importing";
import { isWithin, type Looked, lookAt, namespacesOf, removal, takingBack } from "./look";
import { toRanges } from "./namespaceRanges";
import { type Change, type Gone, type Plan, planFor } from "./plan";
import { madeAndProved, proveAgain, proveAll } from "./proofs";
import { type Recorded, recorded, type Thing, thingOf, toRecord } from "./record";
import type { Topology } from "./topology";
import { type Failure, isFailure, transact } from "./transaction";
import { type Done, partOf, takeAway, type Work } from "./work";

/** A topology has one record for all of its parts, whatever its id is. */
const RECORD = "";
const NEW: Recorded = { mark: undefined, changes: 0, things: new Map() };

type ResourceOf = Resource<Topology>;

/** Create, read, update and delete of topologies: as of a single thing, but of all at once, and all or nothing. */
export class Topologies implements Operations<Topology> {
  constructor(
    private readonly intents: Intents,
    private readonly settingOwners: SettingOwners,
    private readonly rights: Rights,
  ) {}

  async create(resource: ResourceOf, inputs: Json): Promise<{ id: string; state: State }> {
    const id = idOf(elementsOf(resource.kind.lists, inputs).filter(isKnown));
    const state = await this.change(resource, id, { was: NEW, oldInputs: {}, state: {}, want: inputs });
    return { id, state };
  }

  async update(resource: ResourceOf, id: string, want: Json, oldInputs: Json, known: State): Promise<State> {
    const { made } = madeAndProved(resource.kind.lists);
    const state = await this.newest(resource, known);
    return this.change(resource, id, { was: recorded(made, state), oldInputs, state, want });
  }

  /** The engine asks for no change: all that is not as it is to be was lost, or has waited. */
  async restore(resource: ResourceOf, id: string, inputs: Json, state: State): Promise<State> {
    const { urn, kind } = resource;
    const now = await this.update({ ...resource, isAffected: true }, id, inputs, inputs, state);
    const { mark, changes } = recorded(madeAndProved(kind.lists).made, now);
    const about = { urn, type: kind.type, id: RECORD, where: {}, changes, ...(mark !== undefined && { mark }) };
    await this.intents.remember({ ...about, state: now });
    return now;
  }

  async refresh(resource: ResourceOf, id: string, inputs: Json, known: State): Promise<Found | undefined> {
    const { kind, urn, kernel } = resource;
    const { made, proved } = madeAndProved(kind.lists);
    const state = await this.newest(resource, known);
    const was = recorded(made, state);
    const look = () => findAll(withReadCache(kernel), [...was.things.values()]);
    const looked = await this.rights.looking(kernel, subjectOf(resource), look, (all) => all.every(({ seen }) => seen));
    const broken = new Set<string>();
    const waiting = await this.stillWaiting(kernel, looked, elementsOf(made, inputs));
    const things = looked.flatMap(({ seen, place: _, where: __, ...thing }): Thing[] => {
      const now = seen?.state && isSame(thing.kind, thing.state, seen) ? { ...seen, state: seen.state } : undefined;
      if (now) {
        const there = thingOf(thing, inGivenWords(thing.kind, now, thing.state, thing.state), thing.state);
        this.hold(there, now.place, urn);
        return [there];
      }
      if (waiting.has(thing.key)) return [thing];
      this.release(thing, urn);
      // What is left of it is no element any more, but is still to be taken away.
      if (seen && isRest(thing.state, seen)) broken.add(thing.key);
      return broken.has(thing.key) ? [thing] : [];
    });
    if (things.length === 0 && was.things.size > 0) return undefined;
    const [intent, engines] = [await this.intents.peek(urn, RECORD), recorded(made, known)];
    if (intent?.mark === engines.mark && intent?.changes === engines.changes) await this.intents.settle(urn, RECORD);
    const proofs = await proveAgain(kernel, proved, inputs, state);
    const whole = [...things.filter(({ key }) => !broken.has(key)), ...proofs];
    const all = [...things, ...proofs];
    return { id, inputs: asSeen(resource, inputs, whole), state: toRecord(kind.lists, { ...was, things: all }) };
  }

  import(resource: ResourceOf, id: string, toManage: boolean): Promise<Found | undefined> {
    const namespaces = resource.kind.parseId(id);
    if (!namespaces) throw refusal.badId(resource.kind, id);
    return this.rights.looking(
      resource.kernel,
      subjectOf(resource),
      () => importFrom(resource, namespaces, toManage),
      (found) => found !== undefined,
    );
  }

  async delete(resource: ResourceOf, _id: string, known: State): Promise<void> {
    const { kind, kernel, urn } = resource;
    const state = await this.newest(resource, known);
    const was = recorded(madeAndProved(kind.lists).made, state);
    const { work } = await this.begin(resource, was);
    const things = [...was.things.values()];
    const [holding, held] = apart(things, (thing) => stepsAway(thing).some((step) => step.takesAway !== undefined));
    await takeAway(work, async () => {
      const cached = withReadCache(kernel);
      const going = await this.present(work, cached, holding, things);
      const names = new Set(going.flatMap(stepsAway).flatMap((step) => step.takesAway ?? []));
      // What goes with its namespace need not be looked at.
      const others = held.filter((thing) => !stepsAway(thing).every((step) => isWithin(step, names)));
      return removal([...going, ...(await this.present(work, cached, others, things))]);
    });
    for (const thing of things) this.release(thing, urn);
    await this.intents.settle(urn, RECORD);
  }

  /** Brings what is there to what is wanted, all of it or nothing. */
  private async change(resource: ResourceOf, id: string, asked: Change): Promise<State> {
    const { kind, urn } = resource;
    const { lists } = kind;
    const { made, proved } = madeAndProved(lists);
    const { work, hasTakenBack } = await this.begin(resource, asked.was);
    const change = hasTakenBack ? await this.lookedAtAgain(resource, id, asked) : asked;
    const { was } = change;
    const plan = await planFor(work, made, change);
    const changes = was.changes + 1;
    const about = { urn, type: kind.type, id: RECORD, where: {}, parts: partsOf(plan), changes };
    const intent = await this.intents.begin({ ...about, ...(was.mark !== undefined && { mark: was.mark }) });
    let proofs: Thing[] = [];
    const prove = async () => {
      proofs = await proveAll(work.kernel, proved, change.want, work.subject);
    };
    const end = await transact({ ...work, mark: intent.mark }, this.intents, intent, plan, prove);
    if (isFailure(end)) {
      const { left = [] } = end;
      const touched = new Set([...plan.removed, ...plan.tasks, ...left].map(({ key }) => key));
      const before = elementsOf(proved, change.state).filter(isKnown);
      const things = [
        ...[...was.things.values()].filter(({ key }) => !touched.has(key)),
        ...left,
        ...before.map((one) => ({ ...one, state: one.values })),
      ];
      throw failure(end, id, toRecord(lists, { things, mark: intent.mark, changes: was.changes }), things.length);
    }
    await this.intents.answer(urn, RECORD);
    const elements = elementsOf(made, change.want).filter(isKnown);
    const things = elements.map((element) => nowOf(element, end, was));
    for (const gone of plan.removed) this.release(gone, urn);
    for (const thing of things) this.hold(thing, thing.state[PLACE], urn);
    return toRecord(lists, { things: [...things, ...proofs], mark: intent.mark, changes });
  }

  /** The same change from what there is now: what has been taken back may have taken along what was there before. */
  private async lookedAtAgain(
    resource: ResourceOf,
    id: string,
    { was, oldInputs, state, want }: Change,
  ): Promise<Change> {
    const found = await this.refresh(resource, id, oldInputs, state);
    if (!found) return { was: { ...was, things: new Map() }, oldInputs: {}, state: {}, want };
    const { made } = madeAndProved(resource.kind.lists);
    return { was: recorded(made, found.state), oldInputs: found.inputs, state: found.state, want };
  }

  /** What is to be done first: rights, and an end to what a run that died has left. */
  private async begin(resource: ResourceOf, was: Recorded): Promise<{ work: Work; hasTakenBack: boolean }> {
    const { kernel, urn, kind } = resource;
    const subject = subjectOf(resource);
    const work = { resource, kernel, subject, mark: was.mark ?? "", settingOwners: this.settingOwners };
    await this.rights.need(kernel, subject);
    const intent = await this.intents.find(urn, RECORD);
    if (!intent) return { work, hasTakenBack: false };
    const kinds = new Map(kind.lists.map((list) => [list.kind.type, list.kind]));
    const parts = (intent.changes ?? 0) > was.changes ? (intent.parts ?? []) : [];
    const left = parts.flatMap((part) => {
      const known = was.things.has(part.key) ? undefined : kinds.get(part.type);
      return known ? [{ kind: known, where: part.where, part }] : [];
    });
    await takeAway(work, async () => takingBack(await lookAt(withReadCache(kernel), left), intent));
    await this.intents.settle(urn, RECORD);
    return { work, hasTakenBack: left.length > 0 };
  }

  /** The state that is known of it, which may be newer than what the engine was answered. */
  private async newest({ kind, urn }: ResourceOf, state: State): Promise<State> {
    const intent = await this.intents.peek(urn, RECORD);
    const { mark, changes } = recorded(madeAndProved(kind.lists).made, state);
    const isNewer = intent?.state && intent.mark === mark && (intent.changes ?? 0) > changes;
    return isNewer ? (intent.state as State) : state;
  }

  /** What of all that waits, and is not there, still has to: by the keys. */
  private async stillWaiting(
    kernel: Kernel,
    looked: readonly (Thing & Looked)[],
    elements: readonly Element[],
  ): Promise<Set<string>> {
    const cached = withReadCache(kernel);
    const given = byKey(elements);
    const waiting = looked.filter(({ seen, state }) => !seen && isWaiting(state));
    const still = await Promise.all(
      waiting.map(({ kind, key, values }) => waitsOn(kind, cached, given.get(key)?.values ?? values)),
    );
    return new Set(waiting.filter((_, index) => still[index]).map(({ key }) => key));
  }

  /** Those that are there, as they are now. */
  private async present(
    { resource, subject }: Work,
    cached: Kernel,
    things: readonly Thing[],
    all: readonly Thing[],
  ): Promise<Gone[]> {
    const looked = await findAll(cached, things, all);
    return looked.flatMap(({ seen, place: _, where: __, ...thing }): Gone[] => {
      const { kind, state } = thing;
      if (seen?.state && isSame(kind, state, seen)) {
        const now = { ...seen, state: seen.state };
        return [{ ...thing, state: stateOf(kind, now, state, kept(kind, state)), seen: now }];
      }
      if (seen && isRest(state, seen) && seen.slot === undefined) return [{ ...thing, seen }];
      if (seen) resource.warn(refusal.leftAlone(partOf(subject, thing), seen));
      return [];
    });
  }

  private hold({ kind, state }: Thing, place: string | undefined, urn: string): void {
    if (kind.setting) this.settingOwners.note(kind, state, place, urn);
  }

  private release({ kind, state, values }: Thing, urn: string): void {
    if (kind.setting) this.settingOwners.release(kind, values, state[PLACE], urn);
  }
}

/** The error to give: where not all could be put back as it was, the engine must be told what there is. */
function failure({ cause, rest, left }: Failure, id: string, state: State, count: number): Error {
  if (!left || count === 0) return cause;
  return new PartialError(cause, id, state, [cause.message, ...(rest ? [`Undoing it failed: ${rest.message}`] : [])]);
}

/** The namespaces that it makes or that its things are in, as they come. */
function idOf(elements: readonly Known[]): string {
  const steps = elements.flatMap(({ kind, values }): Step[] => kind.plan(values, undefined, ""));
  return toRanges([...new Set(steps.flatMap(namespacesOf))]) || ".";
}

/** What is new, for the record that is written before it is made. */
function partsOf({ tasks }: Plan): Part[] {
  const anew = tasks.filter(({ have }) => have === undefined);
  return anew.map(({ key, kind, where, place, seen }) => ({
    ...{ key, type: kind.type, where },
    ...(place !== undefined && { place }),
    ...(kind.setting && seen?.state && { found: seen.state }),
  }));
}

function stepsAway({ kind, state }: Thing): Step[] {
  return kind.remove(state, { what: "" });
}

function apart<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

/** The element as it is now: as it was made or changed in this run, or as it was before. */
function nowOf(element: Known, done: ReadonlyMap<string, Done>, was: Recorded): Thing {
  const before = was.things.get(element.key);
  const now = done.get(element.key);
  const [place = "", placeNow = ""] = [before?.state[PLACE], now?.seen.place];
  // What a setting was on a device that was made anew says nothing of that one.
  const isAnother = element.kind.setting && !isOnSameDevices(place, placeNow);
  if (now) return thingOf(element, now.seen, isAnother ? undefined : before?.state, now.found);
  return { ...element, state: before?.state ?? {} };
}

/** The inputs as they are seen: without what is gone, and with what was changed. */
function asSeen({ kind }: ResourceOf, inputs: Json, things: readonly Thing[]): Json {
  const there = new Map(things.map((thing) => [thing.key, thing]));
  const seen = elementsOf(kind.lists, inputs).flatMap((element) => {
    const thing = there.get(element.key ?? "");
    return thing ? [{ ...element, values: overlay(element.kind, element.values, thing.state) }] : [];
  });
  const lists = kind.lists.filter(({ name }) => Array.isArray(inputs[name]));
  return inLists(lists, seen, ({ values }) => values);
}
