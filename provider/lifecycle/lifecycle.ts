import { diff } from "../core/diff";
import type { Json } from "../core/values";
import { asNetnsError, NetnsError } from "../errors";
import type { Kernel } from "../kernel/kernel";
import { labelOf, ownerOf } from "../kernel/mark";
import { isOnSameDevices, isUnchangedPlace } from "../kernel/place";
import { fullIdOf, type Kind, type Seen, token } from "../resources/kind";
import { despiteConflicts, withWould } from "./conflicts";
import { needFirstNames } from "./firstNames";
import { withDefaults, withoutAdded } from "./goal";
import type { Intent, Intents } from "./intents";
import { needFree, withOwner } from "./needFree";
import { Queues } from "./queues";
import { verify, whenReady } from "./readiness";
import * as refusal from "./refusal";
import type { Found, Operations, Resource } from "./resource";
import type { Rights } from "./rights";
import type { SettingOwners } from "./settingOwners";
import {
  EARLY,
  inGivenWords,
  isRest,
  isSame,
  isStripped,
  kept,
  MARK,
  overlay,
  PLACE,
  REMAINS,
  type State,
  stateOf,
} from "./state";
import type { UnderWay } from "./underWay";
import { isOurs, takeBack, undoCreate, undoUpdate } from "./undo";
import { isWaiting, orWaiting, waitsOn } from "./waiting";

/**
 * What the program names by plain words, the engine makes at the same moment as what needs it. Where no other change has
 * been under way for so long, nothing is to come.
 */
const QUIET_MS = 1000;

/** Create, read, update and delete of any kind: observe, plan, execute, observe again and compare. */
export class Lifecycle implements Operations<Kind> {
  private readonly queues = new Queues();

  constructor(
    private readonly intents: Intents,
    private readonly settingOwners: SettingOwners,
    private readonly rights: Rights,
    private readonly underWay: UnderWay,
  ) {}

  async create(resource: Resource, inputs: Json): Promise<{ id: string; state: State }> {
    const { kind, urn, kernel } = resource;
    const id: string = kind.id(inputs);
    const subject = `${token(kind)} ${id}`;
    await this.rights.need(kernel, subject);
    await this.clearOthers(kind, urn, fullIdOf(kind, inputs), kernel);
    await needFirstNames(kernel, subject, { kind, values: inputs });
    const { lacks } = kind;
    if (lacks) {
      // What is about to be deleted there is not what it needs; where that has no place to begin, this one gives its up.
      const isThere = () => this.queues.run(kind.deleteKey?.(kind.where(inputs)), () => lacks(kernel, inputs));
      const look = async () => (this.underWay.isCrowded() ? undefined : isThere());
      // If it never comes, what needs it fails by itself.
      await this.underWay.wait(kernel, subject, { quietMs: QUIET_MS }, look);
    }
    return this.makeOrWait(resource, id, inputs);
  }

  private makeOrWait(resource: Resource, id: string, inputs: Json): Promise<{ id: string; state: State }> {
    const { kind } = resource;
    return despiteConflicts(resource, inputs, (asItIs) =>
      orWaiting(resource, inputs, () => this.inTurn(kind, inputs, () => this.make(resource, id, inputs, asItIs))),
    );
  }

  /** `asItIs`: whether it can be used or not. */
  private async make(
    resource: Resource,
    id: string,
    inputs: Json,
    asItIs: boolean,
  ): Promise<{ id: string; state: State }> {
    const { kind, urn, kernel } = resource;
    const subject = `${token(kind)} ${id}`;
    const recordId = fullIdOf(kind, inputs);
    const where = kind.where(inputs);
    const place = await kind.placeOf?.(kernel, where);
    const known = await this.known(urn, recordId, place);
    let seen: Seen<Json> | undefined = await kind.observe(kernel, where);
    if (kind.setting && !seen) throw refusal.nothingToSet(subject, await kind.setting.missing(kernel, where));
    if (kind.setting) this.settingOwners.claim(kind, inputs, place, urn);
    if (!kind.setting && seen && !isOurs(kind, seen, known))
      throw refusal.exists(kind, urn, id, await withOwner(kernel, seen));
    if (!kind.setting && seen && known) seen = await this.reusable(kind, seen, known, inputs, kernel, subject);
    const found = kind.setting ? (known?.found ?? seen?.state) : undefined;
    const about = {
      urn,
      type: kind.type,
      id: recordId,
      where,
      ...(found && { found }),
      ...(place !== undefined && { place }),
    };
    let intent = known;
    try {
      intent ??= await this.intents.begin(about);
      const { mark } = intent;
      await this.queues.run(kind.making && kind.deleteKey?.(where), async () => {
        const making = seen ? undefined : await kind.making?.(kernel, inputs);
        await kernel.execute(this.settingOwners.withLost(making ?? kind.plan(inputs, seen?.state, mark)), subject);
      });
      const made = asItIs
        ? withWould(await kind.observe(kernel, where), subject)
        : await whenReady(kind, kernel, where, subject);
      const now = inGivenWords(kind, made, inputs);
      verify(resource, inputs, now, subject);
      await this.intents.answer(urn, recordId);
      const before = found && this.settingOwners.withoutSideEffects(kind, found);
      const state = stateOf(kind, now, inputs, { ...kept(kind, before), [MARK]: mark });
      if (kind.setting) this.settingOwners.note(kind, state, place, urn);
      return { id, state };
    } catch (error) {
      this.settingOwners.release(kind, inputs, place, urn);
      if (!intent) throw error;
      throw await undoCreate({ kind, kernel, subject, cause: asNetnsError(error) }, intent, inputs, this.intents);
    }
  }

  async refresh(resource: Resource, id: string, inputs: Json, known: State): Promise<Found | undefined> {
    const { kind, urn, kernel } = resource;
    const subject = `${token(kind)} ${id}`;
    const state = await this.newest(resource, known);
    // It has never come to be made.
    if (state[EARLY]) return undefined;
    const seen = await this.look(kind, kernel, kind.where(state), subject, state[MARK]);
    if (seen && isRest(state, seen)) return { id, inputs, state: { ...state, [REMAINS]: true } };
    if (!seen && isWaiting(state)) return (await waitsOn(kind, kernel, inputs)) ? { id, inputs, state } : undefined;
    if (!seen?.state || !isSame(kind, state, seen)) {
      this.settingOwners.release(kind, state, state[PLACE], urn);
      return undefined;
    }
    const recordId = fullIdOf(kind, state);
    const intent = known[MARK] === undefined ? undefined : await this.intents.peek(urn, recordId);
    if (intent && intent.mark === known[MARK]) await this.intents.settle(urn, recordId);
    const now = inGivenWords(kind, { ...seen, state: seen.state }, state, state);
    const found = {
      id,
      inputs: overlay(kind, inputs, now.state),
      state: stateOf(kind, now, inputs, kept(kind, state)),
    };
    if (kind.setting) this.settingOwners.note(kind, found.state, seen.place, urn);
    return found;
  }

  async import({ kind, urn, kernel }: Resource, id: string, toManage: boolean): Promise<Found | undefined> {
    const where = kind.parseId(id);
    if (where === undefined) throw refusal.badId(kind, id);
    const seen = await this.look(kind, kernel, where, `${token(kind)} ${id}`);
    if (!seen) return undefined;
    if (!seen.state) throw refusal.otherThing(kind, id, seen);
    const owner = seen.mark === undefined ? undefined : ownerOf(seen.mark);
    if (toManage && owner && owner.label !== labelOf(urn)) throw refusal.otherOwner(kind, id, seen.mark ?? "");
    const inputs: Json = kind.adopt(seen.state);
    return { id: kind.id(inputs), inputs, state: stateOf(kind, seen, inputs, kept(kind, seen.state)) };
  }

  async update(resource: Resource, id: string, want: Json, oldInputs: Json, known: State): Promise<State> {
    const state = await this.newest(resource, known);
    if (isOpen(state)) return (await this.makeOrWait(resource, id, want)).state;
    return this.inTurn(resource.kind, want, () => this.change(resource, id, want, oldInputs, state));
  }

  private async change(resource: Resource, id: string, want: Json, oldInputs: Json, state: State): Promise<State> {
    const { kind, urn, kernel } = resource;
    const subject = `${token(kind)} ${id}`;
    await this.rights.need(kernel, subject);
    const where = kind.where(want);
    const seen: Seen<Json> | undefined = await kind.observe(kernel, where);
    if (!seen?.state || !isSame(kind, state, seen)) {
      if (resource.isAffected) return (await this.makeOrWait(resource, id, want)).state;
      throw refusal.gone(subject);
    }
    const goal = withDefaults(kind, want, oldInputs, state);
    try {
      const mark = state[MARK] ?? "";
      const marking = isStripped(kind, state[MARK], seen) ? (kind.remark?.(seen.state, mark) ?? []) : [];
      await kernel.execute(this.settingOwners.withLost([...marking, ...kind.plan(goal, seen.state, mark)]), subject);
      const now = inGivenWords(kind, await whenReady(kind, kernel, where, subject), goal);
      verify(resource, goal, now, subject);
      const changed = stateOf(kind, now, want, kept(kind, state, seen.state));
      if (kind.setting) this.settingOwners.note(kind, changed, now.place, urn);
      return changed;
    } catch (error) {
      const before = seen.state;
      throw await undoUpdate(
        { kind, kernel, subject, cause: asNetnsError(error) },
        { id, where, before: withoutAdded(kind, before, goal), state, oldInputs },
      );
    }
  }

  async delete(resource: Resource, id: string, known: State): Promise<void> {
    const { kind, urn, kernel, warn } = resource;
    const subject = `${token(kind)} ${id}`;
    const state = await this.newest(resource, known);
    await this.rights.need(kernel, subject);
    const where = kind.where(state);
    const inTurn = (work: () => Promise<void>) =>
      this.inTurn(kind, where, () => this.queues.run(kind.deleteKey?.(where), work));
    await inTurn(async () => {
      const seen: Seen<Json> | undefined = await kind.observe(kernel, where, state[MARK]);
      if (seen?.state && isSame(kind, state, seen)) {
        const have = stateOf(kind, seen, state, kept(kind, state));
        await kernel.execute(this.settingOwners.withLost(kind.remove(have, seen)), subject).catch(unlessGone);
        // What has another place by now is taken out of that only for what is to come back.
      } else if (seen && isRest(state, seen) && (state[REMAINS] || seen.slot === undefined)) {
        await kernel.execute(seen.leftover ?? [], subject).catch(unlessGone);
        // A setting of another device is none of ours: with the old one, what was set has gone.
      } else if (seen && !kind.setting) warn(refusal.leftAlone(subject, seen));
      this.settingOwners.release(kind, state, state[PLACE], urn);
    });
    await this.intents.settle(urn, fullIdOf(kind, state));
  }

  needFree = needFree;

  async restore(resource: Resource, id: string, inputs: Json, state: State): Promise<State> {
    const { kind, urn, kernel } = resource;
    if (isWaiting(state) && (await waitsOn(kind, kernel, inputs))) return state;
    const where = kind.where(inputs);
    const seen: Seen<Json> | undefined = await kind.observe(kernel, where);
    const isOfAnother = kind.setting !== undefined && !isOnSameDevices(state[PLACE] ?? "", seen?.place ?? "");
    const have = isOfAnother ? undefined : seen?.state;
    if (have && kind.plan(inputs, have, state[MARK] ?? "").length === 0 && !isOpen(state)) return state;
    if (isOfAnother) this.settingOwners.release(kind, state, state[PLACE], urn);
    const now =
      have && seen && !isOpen(state)
        ? await this.inTurn(kind, inputs, () => this.change(resource, id, inputs, inputs, state))
        : (await this.makeOrWait(resource, id, inputs)).state;
    const about = { urn, type: kind.type, id: fullIdOf(kind, inputs), where };
    const mark = now[MARK];
    const { [PLACE]: place } = now;
    const told = { ...about, ...(mark !== undefined && { mark }), ...(place !== undefined && { place }) };
    const intent = await this.intents.remember({ ...told, state: now });
    return { ...now, [MARK]: intent.mark };
  }

  /** The state that is known of it, which may be newer than what the engine was answered. */
  private async newest({ kind, urn }: Resource, state: State): Promise<State> {
    const intent = await this.intents.peek(urn, fullIdOf(kind, state));
    if (!intent?.state || intent.mark === state[MARK]) return state;
    return { ...(intent.state as State), [MARK]: intent.mark };
  }

  /** The record of a dead run; one about another device or namespace of that name says nothing any more. */
  private async known(urn: string, id: string, place: string | undefined): Promise<Intent | undefined> {
    const known = await this.intents.find(urn, id);
    if (!known || isUnchangedPlace(known.place, place)) return known;
    await this.intents.settle(urn, id);
    return undefined;
  }

  /** Settings that the kernel sets along with each other go one after the other. */
  private inTurn<T>(kind: Kind, where: unknown, work: () => Promise<T>): Promise<T> {
    const turn = kind.setting?.turn?.(where);
    return this.queues.run(turn === undefined ? undefined : `turn ${turn}`, work);
  }

  private look(kind: Kind, kernel: Kernel, where: unknown, subject: string, mark?: string) {
    const look = (): Promise<Seen<Json> | undefined> => kind.observe(kernel, where, mark);
    return this.rights.looking(kernel, subject, look, (seen) => seen !== undefined);
  }

  /** What a dead run of this same resource made under another id, before the program was changed. */
  private async clearOthers(kind: Kind, urn: string, id: string, kernel: Kernel): Promise<void> {
    for (const intent of await this.intents.others(urn, id)) {
      const seen: Seen<Json> | undefined = await kind.observe(kernel, intent.where);
      if (seen && isOurs(kind, seen, intent)) await takeBack(kind, intent, seen, kernel, `${token(kind)} ${intent.id}`);
      await this.intents.settle(urn, intent.id);
    }
  }

  /** What a dead run of ours left is gone on with if it is marked and fits; else it is removed first. */
  private async reusable(kind: Kind, seen: Seen<Json>, known: Intent, inputs: Json, kernel: Kernel, subject: string) {
    const have = seen.state && overlay(kind, inputs, seen.state);
    const marked = !kind.bearsMark || (seen.mark === known.mark && !seen.leftover);
    const changes = have && diff({ schema: kind.inputs, old: have, state: have, want: inputs });
    if (marked && changes?.every((change) => !change.replaces)) return seen;
    await takeBack(kind, known, seen, kernel, subject);
    return undefined;
  }
}

/** Whether it is still to be made. */
function isOpen(state: State): boolean {
  return isWaiting(state) || state[EARLY] === true;
}

function unlessGone(error: unknown): void {
  if (!(error instanceof NetnsError && error.kind === "notFound")) throw error;
}
