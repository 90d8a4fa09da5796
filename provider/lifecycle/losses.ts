import { getAt, type Json, mapLeaves, type Path, Unknown } from "../core/values";
import { type Part, partText } from "../kernel/takenAlong";
import type { Held, Kind } from "../resources/kind";

/** Something of a kind, as its state shows it. */
export interface Thing {
  kind: Kind;
  state: Json;
}

interface Entry {
  held: Held[];
  given: string[];
  /** It is removed, be it to be made anew. */
  isGoing: boolean;
  /** It is not there, for a device that it needs is down. */
  isWaiting: boolean;
  /** The kernel takes it along; by what it hangs on that goes. */
  lostWith?: Held | undefined;
  /** That has not been made good. */
  isLost?: boolean;
  /** Of what waits for a device: what it hangs on that is set up. */
  comesWith?: Held | undefined;
  /** Who has changed what it hangs on. */
  by?: string | undefined;
}

/** What becomes of a thing together with something else. */
export interface Along {
  held: Held;
  /** It has waited for that, and is made; else the kernel takes it along. */
  hasWaited: boolean;
  /** Who changes what it hangs on. */
  by: string | undefined;
}

/** Of many things that hang on each other, those that the kernel takes along when some go. */
export class Losses {
  private readonly entries = new Map<string, Entry>();
  /** By the text of a part: what hangs on it, and how many that stay give it. */
  private readonly holders = new Map<string, Set<string>>();
  private readonly givers = new Map<string, number>();
  /** The parts that have gone, or come back changed, each with who did that. */
  private readonly gone = new Map<string, string | undefined>();
  /** By the text of a part: all that give it, be it gone. */
  private readonly sources = new Map<string, Set<string>>();

  knows(key: string): boolean {
    return this.entries.has(key);
  }

  /** A thing that is there, and that is not known yet. */
  know(key: string, thing: Thing): void {
    const isWaiting = thing.state.waiting === true;
    const entry: Entry = { held: heldBy(thing), given: givenBy(thing).map(partText), isGoing: false, isWaiting };
    this.entries.set(key, entry);
    for (const part of entry.given) {
      this.givers.set(part, (this.givers.get(part) ?? 0) + 1);
      this.sources.set(part, (this.sources.get(part) ?? new Set()).add(key));
    }
    for (const held of entry.held) {
      const part = partText(held);
      const holders = this.holders.get(part) ?? new Set();
      this.holders.set(part, holders.add(key));
      if (this.isGone(held) && this.lose(entry, held)) this.withdraw(entry, entry.by);
    }
  }

  /** The thing is removed. A part that something else gives as well, such as IPv4 on a device with two addresses, stays. */
  remove(key: string, by?: string): void {
    const entry = this.entries.get(key);
    if (!entry || entry.isGoing) return;
    entry.isGoing = true;
    if (!entry.lostWith) this.withdraw(entry, by);
  }

  /** The thing is gone for good: no more is asked about it. */
  forget(key: string): void {
    this.remove(key);
    const { held = [], given = [] } = this.entries.get(key) ?? {};
    for (const one of held) this.holders.get(partText(one))?.delete(key);
    for (const part of given) this.sources.get(part)?.delete(key);
    this.entries.delete(key);
  }

  /** Parts go, or come back changed. */
  lack(parts: readonly Part[], by?: string): void {
    for (const part of parts) this.take(partText(part), by);
  }

  /** Whether it is removed itself, be it to be made anew. */
  isRemoved(key: string): boolean {
    return this.entries.get(key)?.isGoing ?? false;
  }

  /** The things that give what it hangs on. */
  under(key: string): string[] {
    return (this.entries.get(key)?.held ?? []).flatMap((held) => [...(this.sources.get(partText(held)) ?? [])]);
  }

  /** What it hangs on that goes, and takes it along. */
  lostWith(key: string): Held | undefined {
    return this.entries.get(key)?.lostWith;
  }

  /** What becomes of it together with something else, as far as that is certain. */
  along(key: string): Along | undefined {
    const { isWaiting = false, lostWith, comesWith, by } = this.entries.get(key) ?? {};
    const held = isWaiting ? comesWith : lostWith;
    return held && { held, hasWaited: isWaiting, by };
  }

  /** Whether it is lost, and not there again. */
  isLost(key: string): boolean {
    return this.entries.get(key)?.isLost ?? false;
  }

  /** It is there again. */
  madeGood(key: string): void {
    const entry = this.entries.get(key);
    if (entry) entry.isLost = false;
  }

  private take(part: string, by: string | undefined): void {
    if (this.gone.has(part)) return;
    this.gone.set(part, by);
    const losing = [...(this.holders.get(part) ?? [])].map((key) => this.entries.get(key) as Entry);
    // All that hang on this very part before those that hang on them: the nearest cause is the one that is told.
    const going = losing.flatMap((entry) => {
      const held = entry.held.find((one) => partText(one) === part && this.isGone(one));
      return held && this.lose(entry, held) && !entry.isGoing ? [entry] : [];
    });
    for (const entry of going) this.withdraw(entry, by);
  }

  /** Whether that is news. */
  private lose(entry: Entry, held: Held): boolean {
    entry.isLost = true;
    const by = this.gone.get(partText(held));
    if (held.sort === "up" && !held.isVague && !entry.comesWith) Object.assign(entry, { comesWith: held, by });
    if (entry.lostWith) return false;
    entry.lostWith = held;
    entry.by ??= by;
    return true;
  }

  private isGone(held: Held): boolean {
    return [held, ...(held.beside ?? [])].every((part) => this.gone.has(partText(part)));
  }

  private withdraw({ given }: Entry, by: string | undefined): void {
    for (const part of given) {
      const left = (this.givers.get(part) ?? 0) - 1;
      this.givers.set(part, left);
      if (left === 0) this.take(part, by);
    }
  }
}

/** What is set up with the devices of something that is made anew: others may have waited for that. */
export function setUpWith(kind: Kind, want: Json, state: Json): Part[] {
  const known = mapLeaves(want, (leaf, path) => (leaf instanceof Unknown ? getAt(state, path) : leaf)) as Json;
  const parents = (kind.devices?.(known) ?? []).map(({ path }) => path.slice(0, -1));
  const withUp = (isUp: boolean | undefined) => parents.reduce((values, path) => setUp(values, path, isUp), known);
  const parts = parents.length === 0 ? [] : (kind.affects?.(withUp(false), withUp(undefined)) ?? []);
  return parts.filter(({ sort }) => sort === "up");
}

/** With another `up` of what is at that path; without one, what is not down is up. */
function setUp(values: Json, [key, ...rest]: Path, isUp: boolean | undefined): Json {
  if (key === undefined) return { ...values, up: isUp ?? values.up ?? true };
  return { ...values, [key]: setUp((values[key] ?? {}) as Json, rest, isUp) };
}

/** What a thing hangs on, the nearest first. */
function heldBy({ kind, state }: Thing): Held[] {
  const on = kind.on?.(state) ?? [];
  const within = [...(kind.devices?.(state) ?? []), ...on, { at: state as { namespace?: string }, path: [""] }];
  return [
    ...(kind.hangsOn?.(state) ?? []),
    ...on.map(({ name, at, path }) => ({ sort: "device" as const, namespace: at.namespace, name, path })),
    ...within.flatMap(({ at, path }) => {
      const property = at === state ? ["namespace"] : [...path.slice(0, -1), "namespace"];
      const { namespace } = at;
      return namespace === undefined ? [] : [{ sort: "namespace" as const, namespace, path: property }];
    }),
  ];
}

/** What others can hang on as long as it is there. */
function givenBy({ kind, state }: Thing): Part[] {
  const made = kind.devices?.(state) ?? [];
  return [
    ...made.map(({ name, at }) => ({ sort: "device" as const, namespace: at.namespace, name })),
    ...(kind.gives?.(state) ?? []),
  ];
}
