import { parseUrn } from "../core/urn";
import { NetnsError } from "../errors";
import type { Kernel } from "../kernel/kernel";
import type { Along } from "../lifecycle/losses";
import { untilReady } from "../lifecycle/readiness";
import type { Others as Beside, Resource } from "../lifecycle/resource";
import type { State } from "../lifecycle/state";
import type { UnderWay } from "../lifecycle/underWay";
import { isWaiting } from "../lifecycle/waiting";
import { type Definition, type Kind, subjectOf, token } from "../resources/kind";
import { replacementsTold } from "../topology/changes";
import { Failures, type Tried } from "./failures";
import { type Done, Owed } from "./owed";
import type { Plugin, Request } from "./plugin";
import type { RunState } from "./runState";

/**
 * Where no other change has been under way for so long, none is to come that could help: the engine starts side by side,
 * but between two of them it stores its state, and the program may have to think.
 */
const QUIET_MS = 1000;
/** The same where the engine has said that it replaces another resource, which may give up a name: that is to come. */
const ANNOUNCED_MS = 5000;
/** How long the engine may take until it has asked what differs in all that the program registers side by side. */
const COMPARED_MS = 2000;

/** The answer for something that is not made yet. */
interface Early<T> {
  /** Undefined where too little can be told of it. */
  offer(kernel: Kernel): Promise<T | undefined>;
  /** It is given, and owed from now on; `why` it could not be made. */
  keep(offered: T, why: NetnsError): void;
}

/** The changes of a run, which the engine does side by side: what one lacks, another may be about to bring. */
export class Changes {
  /** What the engine takes for done, and is not. */
  readonly owed: Owed;
  readonly failures = new Failures();
  private readonly told = new Set<string>();

  constructor(
    private readonly plugin: Pick<Plugin, "request" | "operations" | "engine" | "isTold">,
    private readonly runState: RunState,
    private readonly underWay: UnderWay,
  ) {
    this.owed = new Owed({
      isLost: (urn) => runState.isLost(urn),
      awaits: (urn) => runState.awaits(urn),
      noteMade: (urn, kind, state) => runState.noteMade(urn, kind, state),
      restore: (urn, done) => this.restore(urn, done),
    });
  }

  /**
   * A request that makes or changes something. What it needs another one may be making at this moment, where the program
   * names no order: then it waits for the others, and tries again as long as one of them ends. `early`: answers for it before it is
   * made, where the engine has no room for those others as long as it waits.
   */
  make<T>(
    about: Request<Definition>,
    work: (resource: Resource<Definition>) => Promise<T>,
    early?: Early<T>,
  ): Promise<T> {
    const { urn, kind, properties } = about;
    const one = { urn, kind, values: properties[0]?.values ?? {} };
    this.runState.noteBegun(urn);
    return this.plugin.request(about, (resource) =>
      this.underWay.while(async (pass) => {
        const others = { another: (quietMs?: number) => this.another(resource, quietMs), pass };
        try {
          while (this.runState.awaits(urn) && (await others.another()));
          const done = await this.failures.while(one, () => this.tryWith(resource, one, others, work, early));
          this.runState.noteDone(urn);
          return done;
        } catch (error) {
          this.runState.noteDone(urn);
          this.runState.noteFailed();
          throw error;
        } finally {
          await this.owed.settle();
        }
      }),
    );
  }

  private async tryWith<T>(
    resource: Resource<Definition>,
    one: Tried,
    others: Pick<Beside, "another" | "pass">,
    work: (resource: Resource<Definition>) => Promise<T>,
    early?: Early<T>,
  ): Promise<T> {
    const { urn, kernel } = resource;
    for (;;) {
      // What ends during the try may be what it lacked.
      const soFar = this.underWay.ended;
      try {
        const beside = { ...others, ...this.rivalsOf(urn) };
        const done = await work({ ...resource, isAffected: this.runState.isAffected(urn), others: beside });
        await this.runState.conflicts.noteGone(urn, kernel);
        return done;
      } catch (error) {
        if (!this.mayHelp(error, urn)) throw error;
        const isTaken = error.kind === "exists";
        const isLack = !isTaken && error.parts.conflict === undefined;
        const offered = isLack ? await early?.offer(kernel).catch(() => undefined) : undefined;
        let isCrowded = false;
        const givesPlace = () => (isCrowded = offered !== undefined && this.underWay.isCrowded());
        const quietMs = isTaken ? ANNOUNCED_MS : QUIET_MS;
        const came = await this.another(resource, quietMs, { soFar, givesPlace, lagMs: this.failures.lagOf(one) });
        if (isCrowded && offered) {
          others.pass();
          early?.keep(offered, error);
          return offered;
        }
        if (!came) throw error;
      }
    }
  }

  /** A request that takes something away: the others that wait see it end. */
  remove<Kind extends object>(about: Request<Kind>, work: (resource: Resource<Kind>) => Promise<void>): Promise<void> {
    this.owed.forget(about.urn);
    return this.plugin.request(about, (resource) =>
      this.underWay.while(async () => {
        await work(resource);
        this.runState.noteDeleted(about.urn);
        await this.runState.conflicts.noteGone(about.urn, resource.kernel);
        await this.owed.settle();
      }),
    );
  }

  /**
   * Tells of what the engine takes for unchanged that it is made, or made again: it has asked about that before it asked
   * about what sets a device up, or takes something along.
   */
  tellAlong(): void {
    if (this.plugin.isTold) return;
    for (const [urn, { kind, id }] of this.owed.takenForDone) {
      const along = this.told.has(urn) ? undefined : this.runState.along(urn);
      if (!along) continue;
      this.told.add(urn);
      this.plugin.engine.log("info", alongText({ kind, id, urn }, along, this.runState.alongIn(urn)), urn);
    }
  }

  /** Makes what the engine takes for done. */
  private restore(urn: string, { kind, id, inputs, state, properties }: Done): Promise<State> {
    const about = { kind, urn, timeoutSeconds: 0, properties };
    return this.plugin.request(about, async (resource) => {
      const now = await this.plugin.operations(kind).restore?.({ ...resource, isAffected: true }, id, inputs, state);
      if (now && isWaiting(state) && !isWaiting(now)) this.tellMade(urn, `${token(kind)} ${id}`);
      return now ?? state;
    });
  }

  /** Of what has waited, or was only promised, where nobody could say so before. */
  private tellMade(urn: string, subject: string): void {
    if (this.told.has(urn) || this.owed.open.has(urn)) return;
    this.told.add(urn);
    this.plugin.engine.log("info", `${subject} is made now: what it has waited for has come.`, urn);
  }

  /** Waits for one of the other changes to end: false as soon as all that are left only wait as well. */
  private another(
    { kernel, urn }: Pick<Resource, "kernel" | "urn">,
    quietMs = QUIET_MS,
    { soFar = this.underWay.ended, givesPlace = (): boolean => false, lagMs = 0 } = {},
  ): Promise<boolean> {
    const isOver = () => this.underWay.ended !== soFar || givesPlace();
    const look = async () => (isOver() ? undefined : "nothing else has ended that it may need");
    return this.underWay.wait(kernel, urn, { quietMs, lagMs }, look).catch(() => false);
  }

  private rivalsOf(urn: string): Pick<Beside, "giveWay" | "after"> {
    const { conflicts } = this.runState;
    return {
      giveWay: (conflict) => conflicts.giveWay(conflict, urn),
      after: (conflict, work) => conflicts.after(conflict, work),
    };
  }

  private mayHelp(error: unknown, urn: string): error is NetnsError {
    if (!(error instanceof NetnsError)) return false;
    const { conflict } = error.parts;
    if (conflict !== undefined) return this.runState.conflicts.giveWay(conflict, urn) !== undefined;
    return error.kind === "exists" ? this.runState.isReplacing : ["notFound", "unreachable"].includes(error.kind);
  }

  /**
   * Whether the owner of a mark is to be made anew in this run as well. The engine deletes one thing before it has asked
   * what differs in another: that is to come in a moment, if the other one is in the program.
   */
  async givesWay({ kernel, kind, urn }: Resource<Definition>, mark: string | undefined): Promise<boolean> {
    const end = performance.now() + COMPARED_MS;
    let answer: boolean | undefined;
    await untilReady(kernel, subjectOf({ kind, urn }), async () => {
      answer = this.runState.replacesOwnerOf(mark);
      const isLate = performance.now() >= end;
      return answer === undefined && !isLate ? "the resource that has its name may be made anew as well" : undefined;
    });
    return answer ?? false;
  }
}

/** What becomes of a resource together with another one, for who reads a preview. */
function alongText(
  { kind, id, urn }: Pick<Done, "kind" | "id"> & { urn: string },
  { held, hasWaited, by = "" }: Along,
  parts: ReadonlyMap<string, Along>,
): string {
  const cause = `\`${parseUrn(by).name}\``;
  if (kind.lists)
    return `${subjectOf({ kind, urn })}, along with ${cause}:\n${replacementsTold({ edited: [] }, parts)}`;
  const subject = `${token(kind)} ${id}`;
  if (hasWaited) return `${subject} is made: ${cause} sets up a device that it has waited for.`;
  const again = (kind as Kind).whileDown ? "is made again, or waits" : "is made again";
  return held.sort === "running"
    ? `${subject} ${again}: ${cause} sets down a device that it needs.`
    : `${subject} is made again: ${cause} is replaced or changed, and takes it along.`;
}
