import { type Change, diff, isIgnored } from "../core/diff";
import { type Json, type Path, pathText, Unknown } from "../core/values";
import type { Along } from "../lifecycle/losses";
import { remarked } from "../lifecycle/state";
import type { List } from "../resources/kind";
import { byKey, type Element, elementsOf } from "./elements";
import { strippedIn } from "./record";

/** Of many replacements, so many are told. */
const MOST_TOLD = 20;

/** The parts that others lose with something that stays. */
const IN_PLACE: readonly string[] = ["mac", "ipv6", "ipv6Settings"];

/** What an update does to an element that stays. */
export interface Edit {
  /** As it is wanted, and where it stands now. */
  want: Element;
  /** The inputs before, and where they stood. */
  old: Element;
  changes: Change[];
}

export interface Edits {
  added: Element[];
  removed: Element[];
  edited: Edit[];
}

/** What differs between two sets of inputs: elements are known by their keys, and not by where they stand. */
export function editsOf(lists: readonly List[], old: Json, state: Json, want: Json): Edits {
  const olds = elementsOf(lists, old);
  const states = byKey(elementsOf(lists, state));
  const stripped = new Set(strippedIn(state));
  const wants = elementsOf(lists, want);
  const known = byKey(wants);
  // What has no id yet may be what stood there before, if nothing else is that.
  const isFree = (one: Element) => one.key === undefined || !known.has(one.key);
  const standing = new Map(olds.filter(isFree).map((one) => [pathText(one.path), one]));
  const before = byKey(olds);
  const taken = new Set<Element>();
  const edits: Edits = { added: [], removed: [], edited: [] };
  for (const one of wants) {
    const was = one.key === undefined ? standing.get(pathText(one.path)) : before.get(one.key);
    if (!was) {
      edits.added.push(one);
      continue;
    }
    taken.add(was);
    const now = states.get(was.key ?? "");
    const changes = diff({
      schema: one.kind.inputs,
      old: was.values,
      state: now?.values ?? was.values,
      want: one.values,
    });
    if (changes.length === 0 && now && stripped.has(pathText(now.path))) changes.push(remarked(one.kind, one.values));
    if (changes.length > 0) edits.edited.push({ want: one, old: was, changes });
  }
  // Of a list that is not known yet, nothing is known to go.
  edits.removed = olds.filter((one) => !taken.has(one) && !(want[String(one.path[0])] instanceof Unknown));
  return edits;
}

/** Whether an edit takes the element away and makes it anew. */
export function isReplacement({ changes }: Edit): boolean {
  return changes.some((change) => change.replaces);
}

/** The replacements in words, for who reads a preview: the engine's diff has no form for that of a part. */
export function replacementsTold(
  { edited }: Pick<Edits, "edited">,
  along: ReadonlyMap<string, Along> = new Map(),
): string | undefined {
  const replaced = edited.filter(isReplacement).map(({ want, changes }) => {
    const causes = changes.filter((change) => change.replaces).map(({ path }) => pathText(path));
    return `${pathText(want.path)} is replaced, alone: its ${causes.join(" and ")} cannot be changed in place`;
  });
  const again = [...along].map(([element, one]) => `${element} ${alongTold(one)}`);
  const told = [...replaced, ...again];
  const more = told.length > MOST_TOLD ? [`and ${told.length - MOST_TOLD} more`] : [];
  return told.length === 0 ? undefined : [...told.slice(0, MOST_TOLD), ...more].join("\n");
}

function alongTold({ held: { sort, path }, hasWaited }: Along): string {
  const what = `what its ${pathText(path)} names`;
  if (hasWaited) return "is made: a device that it has waited for is set up";
  if (sort === "running") return `is made again, or waits: ${what} is set down`;
  return `is made again: ${what} ${IN_PLACE.includes(sort) ? "is changed" : "goes"}`;
}

/** What differs, for the engine: nothing in it replaces the topology, and each path is that of the value that it shows. */
export function changesOf(
  lists: readonly List[],
  { old, state, want, ignore = [] }: { old: Json; state: Json; want: Json; ignore?: readonly string[] },
): Change[] {
  const shown = new Shown();
  const { added, removed, edited } = editsOf(lists, old, state, want);
  for (const { name } of lists) {
    if (want[name] instanceof Unknown) shown.add([name], old[name] === undefined ? "add" : "update");
  }
  for (const { path } of removed) shown.add(path, "delete");
  for (const { path } of added) shown.add(path, "add");
  for (const edit of edited) {
    const paths = isReplacement(edit) ? [{ path: [], kind: "update" as const }] : edit.changes;
    for (const { path, kind } of paths) {
      if (pathText(edit.old.path) === pathText(edit.want.path)) shown.add([...edit.want.path, ...path], kind);
      else {
        // It has moved in its list: the engine finds the old value at the old place, and the new one at the new.
        if (kind !== "add") shown.add([...edit.old.path, ...path], "delete");
        if (kind !== "delete") shown.add([...edit.want.path, ...path], "add");
      }
    }
  }
  return shown.changes().filter(({ path }) => !ignore.some((pattern) => isIgnored(pathText(path), pattern)));
}

/** Changes by their paths; where one place has two, or one within another, the outer one is what changes. */
class Shown {
  private readonly all = new Map<string, Change>();

  add(path: Path, kind: Change["kind"]): void {
    const text = pathText(path);
    const other = this.all.get(text);
    this.all.set(text, { path, kind: other && other.kind !== kind ? "update" : kind, replaces: false });
  }

  changes(): Change[] {
    const whole = new Set(
      [...this.all.values()].filter(({ path }) => path.length === 2).map(({ path }) => pathText(path)),
    );
    const within = [...this.all.values()].filter(
      ({ path }) => path.length > 2 && whole.has(pathText(path.slice(0, 2))),
    );
    for (const { path } of within) {
      this.all.delete(pathText(path));
      this.add(path.slice(0, 2), "update");
    }
    return [...this.all.values()];
  }
}
