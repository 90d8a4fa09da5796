import { diff } from "../core/diff";
import { fieldAt, metaOf } from "../core/meta";
import { getAt, type Json, mapLeaves, type Path } from "../core/values";
import { asNetnsError, NetnsError } from "../errors";
import type { Kernel } from "../kernel/kernel";
import { labelOf, ownerOf } from "../kernel/mark";
import { type Kind, type Seen, token } from "../resources/kind";
import { Holders } from "./holders";
import type { Intent, Intents } from "./intents";
import { Queues } from "./queues";
import * as refusal from "./refusal";
import { settled, verify } from "./settled";
import { isRest, isSame, kept, MARK, overlay, PLACE, REMAINS, type State, stateOf } from "./state";
import { isOurs, takeBack, undoCreate, undoUpdate } from "./undo";

export interface Resource {
  kind: Kind;
  urn: string;
  /** The kernel's door for this request. */
  kernel: Kernel;
  /** Tells the user something that is no error. */
  warn(text: string): void;
  /** Whether the property there may not be told. */
  isSecret(path: Path): boolean;
}

/** What Read tells of a thing. */
interface Found {
  id: string;
  inputs: Json;
  state: State;
}

/** Create, read, update and delete of any kind: observe, plan, execute, observe again and compare. */
export class Lifecycle {
  private readonly queues = new Queues();
  private readonly holders = new Holders();
  private rightsToldBy: string | undefined;

  constructor(private readonly intents: Intents) {}

  async create(resource: Resource, inputs: Json): Promise<{ id: string; state: State }> {
    const { kind, urn, kernel } = resource;
    const id: string = kind.id(inputs);
    const subject = `${token(kind)} ${id}`;
    await this.needRights(kernel, subject);
    await this.clearOthers(kind, urn, id, kernel);
    const where = kind.where(inputs);
    const place = await kind.placeOf?.(kernel, where);
    const known = await this.known(urn, id, place);
    let seen: Seen<Json> | undefined = await kind.observe(kernel, where);
    if (kind.setting && !seen) throw refusal.nothingToSet(subject, await kind.setting.missing(kernel, where));
    if (kind.setting) this.holders.take(subject, place, urn);
    if (!kind.setting && seen && !isOurs(kind, seen, known)) throw refusal.exists(kind, urn, id, seen);
    if (!kind.setting && seen && known) seen = await this.reusable(kind, seen, known, inputs, kernel, subject);
    const found = kind.setting ? (known?.found ?? seen?.state) : undefined;
    const about = { urn, type: kind.type, id, where, ...(found && { found }), ...(place !== undefined && { place }) };
    let intent = known;
    try {
      intent ??= await this.intents.begin(about);
      await kernel.execute(kind.plan(inputs, seen?.state, intent.mark), subject);
      const now = await settled(kind, kernel, where, subject);
      verify(resource, inputs, now, subject);
      await this.intents.answer(urn, id);
      return { id, state: stateOf(kind, now, inputs, { ...kept(kind, found), [MARK]: intent.mark }) };
    } catch (error) {
      this.holders.release(subject, place, urn);
      if (!intent) throw error;
      throw await undoCreate({ kind, kernel, subject, cause: asNetnsError(error) }, intent, inputs, this.intents);
    }
  }

  /** What is there now, with the inputs that describe it; undefined when it is gone, or another thing by now. */
  async refresh(resource: Resource, id: string, inputs: Json, state: State): Promise<Found | undefined> {
    const { kind, urn, kernel } = resource;
    const subject = `${token(kind)} ${id}`;
    const seen = await this.look(kind, kernel, kind.where(state), subject);
    if (seen && isRest(state, seen)) return { id, inputs, state: { ...state, [REMAINS]: true } };
    if (!seen?.state || !isSame(kind, state, seen)) {
      this.holders.release(subject, state[PLACE], urn);
      return undefined;
    }
    if (kind.setting) this.holders.note(subject, seen.place, urn);
    const intent = state[MARK] === undefined ? undefined : await this.intents.peek(urn, id);
    if (intent?.mark === state[MARK]) await this.intents.settle(urn, id);
    return { id, inputs: overlay(kind, inputs, seen.state), state: stateOf(kind, seen, inputs, kept(kind, state)) };
  }

  /** The thing that an id names, with the inputs that a program needs to have it; `toManage` where the stack is to own it. */
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

  async update(resource: Resource, id: string, want: Json, oldInputs: Json, state: State): Promise<State> {
    const { kind, kernel } = resource;
    const subject = `${token(kind)} ${id}`;
    await this.needRights(kernel, subject);
    const where = kind.where(want);
    const seen: Seen<Json> | undefined = await kind.observe(kernel, where);
    if (!seen?.state || !isSame(kind, state, seen)) throw refusal.gone(subject);
    const goal = withDefaults(kind, want, oldInputs, state);
    try {
      await kernel.execute(kind.plan(goal, seen.state, state[MARK] ?? ""), subject);
      const now = await settled(kind, kernel, where, subject);
      verify(resource, goal, now, subject);
      return stateOf(kind, now, want, kept(kind, state, seen.state));
    } catch (error) {
      const before = seen.state;
      throw await undoUpdate(
        { kind, kernel, subject, cause: asNetnsError(error) },
        { id, where, before, state, oldInputs },
      );
    }
  }

  async delete({ kind, urn, kernel, warn }: Resource, id: string, state: State): Promise<void> {
    const subject = `${token(kind)} ${id}`;
    await this.needRights(kernel, subject);
    const where = kind.where(state);
    await this.queues.run(kind.deleteKey?.(where), async () => {
      const seen: Seen<Json> | undefined = await kind.observe(kernel, where);
      if (seen?.state && isSame(kind, state, seen)) {
        const have = stateOf(kind, seen, state, kept(kind, state));
        await kernel.execute(kind.remove(have, seen), subject).catch(unlessGone);
      } else if (seen && isRest(state, seen)) {
        await kernel.execute(seen.leftover ?? [], subject).catch(unlessGone);
      } else if (seen) warn(refusal.leftAlone(subject, seen));
    });
    this.holders.release(subject, state[PLACE], urn);
    await this.intents.settle(urn, id);
  }

  /** The record of a dead run; one about another device or namespace of that name says nothing any more. */
  private async known(urn: string, id: string, place: string | undefined): Promise<Intent | undefined> {
    const known = await this.intents.find(urn, id);
    if (!known || known.place === place) return known;
    await this.intents.settle(urn, id);
    return undefined;
  }

  /** What is there. That nothing is, and why it cannot be told, is only for who has the rights to look. */
  private async look(kind: Kind, kernel: Kernel, where: unknown, subject: string): Promise<Seen<Json> | undefined> {
    const seen = await kind.observe(kernel, where).catch(async (error: unknown) => {
      if (asNetnsError(error).kind === "permission") await this.needRights(kernel, subject, "look into");
      throw error;
    });
    if (!seen) await this.needRights(kernel, subject, "look into");
    return seen;
  }

  private async needRights(kernel: Kernel, subject: string, wish: "look into" | "change" = "change"): Promise<void> {
    const missing = await kernel.host.missingRights();
    if (missing.length === 0) return;
    if (this.rightsToldBy !== undefined) throw refusal.noRightsEither(subject, this.rightsToldBy);
    this.rightsToldBy = subject;
    throw refusal.noRights(subject, missing, wish);
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
    const marked = !kind.bearsMark || seen.mark === known.mark;
    const changes = have && diff({ schema: kind.inputs, old: have, state: have, want: inputs });
    if (marked && changes?.every((change) => !change.replaces)) return seen;
    await takeBack(kind, known, seen, kernel, subject);
    return undefined;
  }
}

/** The inputs, and for each that left the program what the kernel gives by itself. */
function withDefaults(kind: Kind, want: Json, oldInputs: Json, state: State): Json {
  const gone = diff({ schema: kind.inputs, old: oldInputs, state, want }).filter((change) => change.kind === "delete");
  const goal = mapLeaves(want, (leaf) => leaf) as Json;
  for (const { path } of gone) {
    const given = kind.setting
      ? getAt(kind.setting.before(state), path)
      : metaOf(fieldAt(kind.inputs, path)).kernelDefault;
    const parent = parentAt(goal, path);
    if (parent) parent[path.at(-1) as string] = typeof given === "function" ? given() : given;
  }
  return goal;
}

/** What holds the last key of a path; objects that left the program as a whole are there again, elements of lists are not. */
function parentAt(values: Json, path: Path): Json | undefined {
  const outer = path.slice(0, -1);
  if (path.some((key) => typeof key === "number")) return getAt(values, outer) as Json | undefined;
  return outer.reduce<Json>((at, key) => {
    at[key] ??= {};
    return at[key] as Json;
  }, values);
}

function unlessGone(error: unknown): void {
  if (!(error instanceof NetnsError && error.kind === "notFound")) throw error;
}
