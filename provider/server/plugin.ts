import { setMaxListeners } from "node:events";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Config } from "../core/config";
import { parseUrn } from "../core/urn";
import { isWithin } from "../core/values";
import type { Properties } from "../core/wire";
import { NetnsError } from "../errors";
import type { Host } from "../host/host";
import { Kernel } from "../kernel/kernel";
import { SharedReads } from "../kernel/readCache";
import { Intents } from "../lifecycle/intents";
import { Lifecycle } from "../lifecycle/lifecycle";
import { Proofs } from "../lifecycle/proofs";
import { untilReady } from "../lifecycle/readiness";
import type { Others as Beside, Operations, Resource } from "../lifecycle/resource";
import { Rights } from "../lifecycle/rights";
import { SettingOwners } from "../lifecycle/settingOwners";
import type { State } from "../lifecycle/state";
import { UnderWay } from "../lifecycle/underWay";
import type { Netlink } from "../netlink/netlink";
import { type Definition, subjectOf, token } from "../resources/kind";
import { Topologies } from "../topology/topologies";
import { wayOf } from "../why/way";
import type { Teller } from "./engine";
import { explain } from "./explain";
import { Findings } from "./findings";
import { type Done, Owed } from "./owed";
import { PendingDeletes } from "./pendingDeletes";
import { masked, secretTexts } from "./property";
import { RunState } from "./runState";

const DEFAULT_TIMEOUT_SECONDS = 60;
const TOPOLOGY_TIMEOUT_SECONDS = 600;
/**
 * Where no other change has been under way for so long, none is to come that could help: the engine starts side by side,
 * but between two of them it stores its state, and the program may have to think.
 */
const QUIET_MS = 1000;
/** The same where the engine has said that it replaces another resource, which may give up a name: that is to come. */
const ANNOUNCED_MS = 5000;
/** How long the engine may take until it has asked what differs in all that the program registers side by side. */
const COMPARED_MS = 2000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What one plugin process holds: its kinds, its engine, its configuration, and what it has under way. */
export class Plugin {
  readonly kinds: ReadonlyMap<string, Definition>;
  /** The engine reads resources again before it plans, and asks us to say that it should. */
  refreshBeforeUpdate = false;
  config: Config = {};
  /** It is told what another plugin has answered, and tells nothing of that. */
  isTold = false;
  private readonly told = new Set<string>();
  /** What this run of the engine deletes along with something else. */
  pendingDeletes!: PendingDeletes;
  /** What this run of the engine replaces, and what the kernel takes along. */
  runState!: RunState;
  /** What goes wrong in the topologies of this run. */
  findings!: Findings;
  /** What the engine takes for done, and is not. */
  owed!: Owed;
  private readonly underWay = new UnderWay(() => this.runState.isMoreToCome);
  private lifecycle!: Lifecycle;
  private topologies!: Topologies;
  private proofs!: Proofs;
  private intents!: Intents;
  private readonly cancelled = new AbortController();
  private isInOrder = false;
  private readonly sharedReads = new SharedReads();
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    kinds: readonly Definition[],
    private readonly folder: string,
    private readonly host: Host,
    private readonly netlink: Netlink,
    readonly engine: Teller,
  ) {
    this.kinds = new Map(kinds.map((kind) => [token(kind), kind]));
    this.configure({});
    // Every request under way listens to it.
    setMaxListeners(0, this.cancelled.signal);
  }

  configure(config: Config): void {
    this.config = config;
    this.intents = new Intents(this.host);
    this.pendingDeletes = new PendingDeletes(this.underWay, (urn) => this.runState.isMadeAgain(urn));
    this.runState = new RunState();
    this.owed = new Owed({
      isLost: (urn) => this.runState.isLost(urn),
      awaits: (urn) => this.runState.awaits(urn),
      noteMade: (urn, kind, state) => this.runState.noteMade(urn, kind, state),
      restore: (urn, done) => this.restore(urn, done),
    });
    this.findings = new Findings(config.findings, this.engine);
    const [settingOwners, rights] = [new SettingOwners(), new Rights()];
    this.lifecycle = new Lifecycle(this.intents, settingOwners, rights, this.underWay);
    this.topologies = new Topologies(this.intents, settingOwners, rights);
    this.proofs = new Proofs(rights);
  }

  /** What works on resources of a kind. */
  operations(kind: Definition): Operations {
    const one = kind.prove ? this.proofs : this.lifecycle;
    return (kind.lists ? this.topologies : one) as unknown as Operations;
  }

  schema(): Promise<string> {
    return readFile(resolve(this.folder, "schema.json"), "utf8");
  }

  /** The kind that a request is about. */
  kindOf(request: { getType(): string; getUrn(): string }): Definition {
    return this.kind(request.getType() || parseUrn(request.getUrn()).type);
  }

  kind(type: string): Definition {
    const kind = this.kinds.get(type);
    if (kind) return kind;
    throw new NetnsError({
      kind: "user",
      tried: `there is no resource type ${type} in the netns provider`,
      todo: `It has ${[...this.kinds.keys()].join(", ")}.`,
    });
  }

  /** Aborts with the engine's Cancel, and when the engine is gone. */
  get signal(): AbortSignal {
    return this.cancelled.signal;
  }

  /** Resolves when no request is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  /** Does the work of one request on a resource or of a function, which ends at its deadline or with the engine's Cancel. */
  async request<Kind extends object, T>(
    about: Request<Kind>,
    work: (resource: Resource<Kind>) => Promise<T>,
  ): Promise<T> {
    const isOfMany = "lists" in about.kind && about.kind.lists !== undefined;
    const byDefault = isOfMany ? TOPOLOGY_TIMEOUT_SECONDS : DEFAULT_TIMEOUT_SECONDS;
    const seconds = about.timeoutSeconds || (this.config.timeoutSeconds ?? byDefault);
    const { signal, release } = deadline(seconds, this.cancelled.signal);
    const { kind, urn, properties } = about;
    const secrets = properties.flatMap(secretTexts);
    const paths = properties.flatMap((one) => one.secrets);
    const done = work({
      kind,
      urn,
      kernel: new Kernel({
        host: this.host,
        netlink: this.netlink,
        sharedReads: this.sharedReads,
        signal,
        debug: (line) => this.engine.log("debug", masked(line, secrets), urn),
        explain: (kernel, lost) => explain(kernel, this.netlink, lost),
        follow: wayOf,
      }),
      warn: (text) => this.engine.log("warning", masked(text, secrets), urn),
      isAffected: this.runState.isAffected(urn),
      isSecret: (path) => paths.some((secret) => isWithin(path, secret)),
    });
    this.running.add(done);
    return done.finally(() => {
      this.running.delete(done);
      // An open socket would keep a namespace that somebody removes.
      if (this.running.size === 0) this.netlink.release();
      release();
    });
  }

  /**
   * A request that makes or changes something. What it needs another one may be making at this moment, where the program
   * names no order: then it waits for the others, and tries again as long as one of them ends. `promise`: answers in its
   * place, where the engine has no room for those others as long as it waits.
   */
  change<Kind extends object, T>(
    about: Request<Kind>,
    work: (resource: Resource<Kind>) => Promise<T>,
    promise?: (why: NetnsError) => T,
  ): Promise<T> {
    const { urn } = about;
    this.runState.noteBegun(urn);
    return this.request(about, (resource) =>
      this.underWay.while(async (pass) => {
        const others = { another: (quietMs?: number) => this.another(resource, quietMs), pass };
        try {
          while (this.runState.awaits(urn) && (await others.another()));
          const done = await this.tryWith(resource, others, work, promise);
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

  private async tryWith<Kind extends object, T>(
    resource: Resource<Kind>,
    others: Pick<Beside, "another" | "pass">,
    work: (resource: Resource<Kind>) => Promise<T>,
    promise?: (why: NetnsError) => T,
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
        const mayPromise = promise !== undefined && !isTaken && error.parts.conflict === undefined;
        let isCrowded = false;
        const givesPlace = () => (isCrowded = mayPromise && this.underWay.isCrowded());
        const came = await this.another(resource, isTaken ? ANNOUNCED_MS : QUIET_MS, soFar, givesPlace);
        if (isCrowded && promise) {
          others.pass();
          return promise(error);
        }
        if (!came) throw error;
      }
    }
  }

  /** A request that takes something away: the others that wait see it end. */
  removal<Kind extends object>(about: Request<Kind>, work: (resource: Resource<Kind>) => Promise<void>): Promise<void> {
    this.owed.forget(about.urn);
    return this.request(about, (resource) =>
      this.underWay.while(async () => {
        await work(resource);
        this.runState.noteDeleted(about.urn);
        await this.runState.conflicts.noteGone(about.urn, resource.kernel);
        await this.owed.settle();
      }),
    );
  }

  /** Tells of what the engine takes for unchanged that it is to be made again, since something else takes it along. */
  tellLost(): void {
    if (this.isTold) return;
    for (const urn of this.owed.lost.filter((one) => !this.told.has(one))) {
      this.told.add(urn);
      this.engine.log("info", "is made again, or a part of it: what it is on is replaced or changed", urn);
    }
  }

  /** Makes what the engine takes for done. */
  private restore(urn: string, { kind, id, inputs, state, properties }: Done): Promise<State> {
    const about = { kind, urn, timeoutSeconds: 0, properties };
    return this.request(about, async (resource) => {
      const now = await this.operations(kind).restore?.({ ...resource, isAffected: true }, id, inputs, state);
      return now ?? state;
    });
  }

  /** Waits for one of the other changes to end: false as soon as all that are left only wait as well. */
  private another(
    { kernel, urn }: Pick<Resource, "kernel" | "urn">,
    quietMs = QUIET_MS,
    soFar = this.underWay.ended,
    givesUp = () => false,
  ): Promise<boolean> {
    const isOver = () => this.underWay.ended !== soFar || givesUp();
    const look = async () => (isOver() ? undefined : "nothing else has ended that it may need");
    return this.underWay.wait(kernel, urn, quietMs, look).catch(() => false);
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

  /** The engine's Cancel: ends what runs and starts nothing new. It comes at the end of every run, too. */
  cancel(): void {
    // In the middle of something, the engine may end before it has stored what it was answered until then.
    if (!this.cancelled.signal.aborted) this.isInOrder = this.running.size === 0;
    this.cancelled.abort();
    for (const [urn, why] of this.owed.open) {
      this.engine.log("error", `this has not been made in this run, as it was to be: ${why.message}`, urn);
    }
  }

  /** The engine is gone: what it was answered it may not have stored. */
  abandon(): void {
    this.isInOrder = false;
    this.cancelled.abort();
  }

  /** After a Cancel, the engine's signal to end says that its run is over: what it was answered, it has stored. */
  async end(): Promise<void> {
    await this.idle();
    if (this.isInOrder) await this.intents.settleAnswered();
  }
}

/** What a request is about; `properties` are those of its parts that may hold secrets. */
interface Request<Kind> {
  kind: Kind;
  urn: string;
  /** 0: that of the configuration. */
  timeoutSeconds: number;
  properties: readonly Properties[];
}

/** A signal of its own: one from `AbortSignal.any` may lose its deadline to the garbage collector (Node 20). */
function deadline(seconds: number, cancelled: AbortSignal): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const late = () => controller.abort(new DOMException(`not done in ${seconds} s`, "TimeoutError"));
  const timer = setTimeout(late, Math.min(seconds * 1000, LONGEST_TIMER_MS));
  const cancel = () => controller.abort(cancelled.reason);
  cancelled.addEventListener("abort", cancel);
  if (cancelled.aborted) cancel();
  const release = () => {
    clearTimeout(timer);
    cancelled.removeEventListener("abort", cancel);
  };
  return { signal: controller.signal, release };
}
