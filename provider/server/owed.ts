import type { Json } from "../core/values";
import type { Properties } from "../core/wire";
import { asNetnsError, type NetnsError } from "../errors";
import type { State } from "../lifecycle/state";
import { isWaiting } from "../lifecycle/waiting";
import type { Definition } from "../resources/kind";

/** A resource that the engine takes for done: it has said that nothing of it differs, or was answered that it is made. */
export interface Done {
  kind: Definition;
  id: string;
  inputs: Json;
  state: State;
  properties: readonly Properties[];
}

/** What is to be known of the run, and done in it. */
interface Run {
  /** Whether it, or a part of it, is lost with something else. */
  isLost(urn: string): boolean;
  /** Why it is not time yet to make it again. */
  awaits(urn: string): string | undefined;
  /** Makes it, or waits for a device; the state then. */
  restore(urn: string, done: Done): Promise<State>;
  noteMade(urn: string, kind: Definition, state: Json): void;
}

/**
 * What the engine takes for done, and is not: where the program names no order, something that is replaced or set down
 * later may take it along; a device that it waits for may come up later; and where the engine has had no place for what
 * it needs, it was only promised. Whenever something has been made, changed or deleted, what can be made of it is made,
 * before the engine is told of that: so it is there before anything that comes after.
 */
export class Owed {
  private readonly done = new Map<string, Done>();
  /** What was promised, and why it could not be made. */
  private readonly promised = new Map<string, NetnsError>();
  private readonly failures = new Map<string, NetnsError>();
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly run: Run) {}

  keep(urn: string, done: Done): void {
    this.done.set(urn, done);
  }

  promise(urn: string, done: Done, why: NetnsError): void {
    this.keep(urn, done);
    this.promised.set(urn, why);
  }

  forget(urn: string): void {
    for (const all of [this.done, this.promised, this.failures]) all.delete(urn);
  }

  get takenForDone(): ReadonlyMap<string, Done> {
    return this.done;
  }

  /** What has been promised or lost, and is not there, with the reasons. */
  get open(): ReadonlyMap<string, NetnsError> {
    return new Map([...this.promised, ...this.failures]);
  }

  /** Makes what can be made by now. */
  settle(): Promise<void> {
    this.last = this.last.then(() => this.makeAll());
    return this.last;
  }

  private async makeAll(): Promise<void> {
    for (let hasMade = true; hasMade; ) {
      hasMade = false;
      for (const [urn, done] of [...this.done]) {
        if (this.isOwed(urn, done) && (await this.make(urn, done))) hasMade = true;
      }
    }
  }

  private isOwed(urn: string, { state }: Done): boolean {
    if (this.promised.has(urn) || isWaiting(state)) return true;
    return this.run.isLost(urn) && this.run.awaits(urn) === undefined;
  }

  /** Whether it is there now, so that others may be as well. */
  private async make(urn: string, done: Done): Promise<boolean> {
    try {
      const state = await this.run.restore(urn, done);
      this.forget(urn);
      this.keep(urn, { ...done, state });
      this.run.noteMade(urn, done.kind, state);
      return !isWaiting(state);
    } catch (error) {
      const why = asNetnsError(error);
      if (why.kind === "cancelled") return false;
      (this.promised.has(urn) ? this.promised : this.failures).set(urn, why);
      return false;
    }
  }
}
