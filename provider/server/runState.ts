import type { Change } from "../core/diff";
import { isObject, type Json, type Path, pathText, unknowns } from "../core/values";
import { labelOf, ownerOf } from "../kernel/mark";
import { type Along, Losses, setUpWith, type Thing } from "../lifecycle/losses";
import type { Definition, Kind, List } from "../resources/kind";
import { editsOf, isReplacement } from "../topology/changes";
import { byKey, elementsOf } from "../topology/elements";
import type { Sides } from "./checkRpc";
import { Conflicts } from "./conflicts";
import { keyIn, urnIn } from "./keys";
import { withoutInternals } from "./wellFormed";

/**
 * What this run of the engine replaces and changes, and so what the kernel takes along. The engine reads all resources
 * first; only then it asks, one by one, what differs. So Diff of what hangs on something that is replaced must know
 * that: what Read has seen of it goes in this very run. In a preview the same is so of what would be replaced.
 */
export class RunState {
  private readonly losses = new Losses();
  /** What the program has not registered yet, or loses, is about to leave it. */
  readonly conflicts = new Conflicts((key) => this.losses.isRemoved(key) || !this.registered.has(urnIn(key)));
  /** The resources that the program has registered; a Diff of any other is a part of its refresh. */
  private readonly registered = new Set<string>();
  /** Those of which the engine has asked what differs, by their labels. */
  private readonly compared = new Set<string>();
  /** Those that lose something to others. */
  private readonly losing = new Set<string>();
  private readonly topologies = new Map<string, readonly Pick<Placed, "key" | "path">[]>();
  /** What is to take the place of a resource that is replaced, until that is made. */
  private readonly replacements = new Map<string, Json>();
  /** The resources that lose parts to others, until they are made or changed. */
  private readonly changing = new Set<string>();
  /** What the engine is to make or change, and has not begun: it has asked for that, and does only so many side by side. */
  private readonly queued = new Set<string>();

  noteRead(urn: string, kind: Definition, state: Json): void {
    this.know(thingsOf(urn, kind, state));
  }

  noteCheck(urn: string): void {
    this.registered.add(urn);
    this.queued.add(urn);
  }

  isRegistered(urn: string): boolean {
    return this.registered.has(urn);
  }

  /** The engine begins to make or change it, or reads it. */
  noteBegun(urn: string): void {
    this.queued.delete(urn);
  }

  /** After a failure the engine may begin nothing more. */
  noteFailed(): void {
    this.queued.clear();
  }

  get isMoreToCome(): boolean {
    return this.queued.size > 0;
  }

  /** Of a resource that is asked for: what it loses to others, as changes. */
  lostOf(urn: string, kind: Definition, { state }: Sides): Change[] {
    const things = thingsOf(urn, kind, state);
    // Of a damaged state, which nobody has read, nothing can be said.
    this.know(things.filter(({ key, thing }) => !this.losses.knows(key) && isWhole(thing)));
    if (kind.lists) this.topologies.set(urn, things);
    const lost = things.flatMap(({ key, path }): Change[] => {
      const along = this.losses.along(key);
      if (!along) return [];
      return [{ path: [...path, ...along.held.path], kind: "update", replaces: !kind.lists && !along.hasWaited }];
    });
    if (lost.length > 0) this.losing.add(urn);
    return lost;
  }

  /** What the engine is told of it is what it will do. In the middle of an update it asks for what depends on a replaced one. */
  noteDiff(urn: string, kind: Definition, sides: Sides, changes: readonly Change[]): void {
    const isRefresh = !this.registered.has(urn) && unknowns(sides.want).length === 0;
    if (this.registered.has(urn)) this.compared.add(labelOf(urn));
    if (changes.length === 0) this.queued.delete(urn);
    if (changes.length === 0 || isRefresh) return;
    if (kind.lists) {
      this.changing.add(urn);
      this.noteEdits(urn, kind.lists, sides);
    } else if (changes.some(({ replaces }) => replaces)) {
      this.replacements.set(urn, sides.want);
      this.losses.remove(urn, urn);
      this.losses.lack(setUpWith(kind as Kind, sides.want, sides.state), urn);
    } else {
      this.changing.add(urn);
      this.losses.lack((kind as Kind).affects?.(sides.state, sides.want) ?? [], urn);
    }
  }

  /** Whether it loses something to other resources. */
  isAffected(urn: string): boolean {
    return this.losing.has(urn) || this.isLost(urn);
  }

  /** Whether it, or a part of it, is lost with something else, and not there again. */
  isLost(urn: string): boolean {
    return this.keysOf(urn).some((key) => this.losses.isLost(key));
  }

  /** It is made or changed, and as it is to be; what that hangs on may be still to go. */
  noteMade(urn: string, kind: Definition, state: Json): void {
    this.know(thingsOf(urn, kind, state));
    if (this.awaits(urn) === undefined) for (const key of this.keysOf(urn)) this.losses.madeGood(key);
  }

  /** Of a topology: what becomes of its elements together with something else, by their places. */
  alongIn(urn: string): Map<string, Along> {
    const things = this.topologies.get(urn) ?? [];
    return new Map(
      things.flatMap(({ key, path }) => {
        const along = this.losses.isRemoved(key) ? undefined : this.losses.along(key);
        return along ? [[pathText(path), along]] : [];
      }),
    );
  }

  /** The same of any resource: of the first of its parts, if it has such. */
  along(urn: string): Along | undefined {
    return this.keysOf(urn)
      .map((key) => this.losses.along(key))
      .find((along) => along !== undefined);
  }

  /** What is to come in the place of a resource, all of it known: undefined where it is not replaced. */
  replacementOf(urn: string): Json | undefined {
    const want = this.replacements.get(urn);
    return want && unknowns(want).length === 0 ? want : undefined;
  }

  /** The resource is made or changed. */
  noteDone(urn: string): void {
    this.replacements.delete(urn);
    this.changing.delete(urn);
  }

  /** The resource is deleted. What is to come in its place may have to wait for what the old one hung on. */
  noteDeleted(urn: string): void {
    if (this.replacements.has(urn)) return;
    for (const key of this.keysOf(urn)) this.losses.forget(key);
    this.topologies.delete(urn);
  }

  /** Whether other resources are still to be replaced, whose names and places are taken until then. */
  get isReplacing(): boolean {
    return this.replacements.size > 0;
  }

  /** Whether the resource that bears a mark is still to be replaced; undefined while the engine has not asked what differs in it. */
  replacesOwnerOf(mark: string | undefined): boolean | undefined {
    const owner = mark === undefined ? undefined : ownerOf(mark);
    if (owner === undefined) return false;
    if ([...this.replacements.keys()].some((urn) => labelOf(urn) === owner.label)) return true;
    return this.compared.has(owner.label) ? false : undefined;
  }

  /** Why it is not time yet to make what this resource was, made anew: what takes the old one along might take the new one. */
  awaits(urn: string): string | undefined {
    const lost = this.keysOf(urn).filter((key) => this.losses.lostWith(key));
    const isToCome = (key: string) => {
      const other = urnIn(key);
      return other !== urn && (this.replacements.has(other) || this.changing.has(other));
    };
    return lost.some((key) => this.losses.under(key).some(isToCome))
      ? "what it hangs on has not been made anew yet"
      : undefined;
  }

  /** Whether what it hung on, which was replaced or changed, is made again by now; false where that is not known. */
  isMadeAgain(urn: string): boolean {
    return this.losses.lostWith(urn) !== undefined && this.awaits(urn) === undefined;
  }

  private keysOf(urn: string): string[] {
    return this.topologies.get(urn)?.map((thing) => thing.key) ?? [urn];
  }

  private know(things: readonly Placed[]): void {
    for (const { key, thing } of things) {
      if (this.losses.knows(key)) continue;
      this.losses.know(key, thing);
      this.conflicts.know(key, thing);
    }
  }

  private noteEdits(urn: string, lists: readonly List[], { old, state, want }: Sides): void {
    const { removed, edited } = editsOf(lists, old, state, want);
    const [states, inputs] = [byKey(elementsOf(lists, state)), byKey(elementsOf(lists, old))];
    // What is no input any more is a rest of what was there, and is cleared away.
    const rests = [...states.values()].filter(({ key }) => !inputs.has(key));
    const replaced = edited.filter(isReplacement).map((edit) => edit.old);
    for (const { key = "" } of [...removed, ...replaced, ...rests]) this.losses.remove(keyIn(urn, key), urn);
    for (const { want: one, old: was } of edited.filter(isReplacement)) {
      const have = states.get(was.key ?? "")?.values ?? {};
      if (isObject(one.values)) this.losses.lack(setUpWith(one.kind, one.values, have), urn);
    }
    for (const edit of edited.filter((one) => !isReplacement(one))) {
      const have = states.get(edit.old.key ?? "");
      if (have) this.losses.lack(have.kind.affects?.(have.values, edit.want.values as Json) ?? [], urn);
    }
  }
}

interface Placed {
  key: string;
  path: Path;
  thing: Thing;
}

function thingsOf(urn: string, kind: Definition, state: Json): Placed[] {
  if (!kind.lists) return [{ key: urn, path: [], thing: { kind: kind as Kind, state } }];
  return [...byKey(elementsOf(kind.lists, state)).values()].map((element) => ({
    key: keyIn(urn, element.key),
    path: element.path,
    thing: { kind: element.kind, state: element.values },
  }));
}

function isWhole({ kind, state }: Thing): boolean {
  return kind.outputs.safeParse(withoutInternals(state)).success;
}
