import { setMaxListeners } from "node:events";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Fault } from "../core/check";
import type { Config } from "../core/config";
import type { NftText } from "../core/nft";
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
import type { Operations, Resource } from "../lifecycle/resource";
import { Rights } from "../lifecycle/rights";
import { SettingOwners } from "../lifecycle/settingOwners";
import { UnderWay } from "../lifecycle/underWay";
import type { Netlink } from "../netlink/netlink";
import { type Definition, token } from "../resources/kind";
import { Topologies } from "../topology/topologies";
import { wayOf } from "../why/way";
import { Changes } from "./changes";
import type { Teller } from "./engine";
import { explain } from "./explain";
import { Findings } from "./findings";
import { nftFaults } from "./nftProof";
import { PendingDeletes } from "./pendingDeletes";
import { masked, secretTexts } from "./property";
import { RunState } from "./runState";

const DEFAULT_TIMEOUT_SECONDS = 60;
const TOPOLOGY_TIMEOUT_SECONDS = 600;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What one plugin process holds: its kinds, its engine, its configuration, and what it has under way. */
export class Plugin {
  readonly kinds: ReadonlyMap<string, Definition>;
  /** The engine reads resources again before it plans, and asks us to say that it should. */
  refreshBeforeUpdate = false;
  config: Config = {};
  /** The engine does one step at a time. */
  isSerial = false;
  /** It is told what another plugin has answered, and tells nothing of that. */
  isTold = false;
  /** What this run of the engine deletes along with something else. */
  pendingDeletes!: PendingDeletes;
  /** What this run of the engine replaces, and what the kernel takes along. */
  runState!: RunState;
  /** What goes wrong in the topologies of this run. */
  findings!: Findings;
  /** What this run makes, changes and deletes. */
  changes!: Changes;
  private readonly underWay = new UnderWay(
    () => this.runState.isMoreToCome,
    () => this.isSerial,
  );
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
    this.changes = new Changes(this, this.runState, this.underWay);
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

  /** What is wrong with texts for nft, as far as this machine can tell; another host may have another version of it. */
  async nftFaults(texts: readonly NftText[]): Promise<Fault[]> {
    return this.config.host === undefined ? nftFaults(texts, this.netlink, this.signal) : [];
  }

  /** The engine's Cancel: ends what runs and starts nothing new. It comes at the end of every run, too. */
  cancel(): void {
    // In the middle of something, the engine may end before it has stored what it was answered until then.
    if (!this.cancelled.signal.aborted) this.isInOrder = this.running.size === 0;
    this.cancelled.abort();
    const { owed, failures } = this.changes;
    for (const [urn, why] of owed.open) {
      if (failures.first === undefined)
        this.engine.log("error", `this has not been made in this run, as it was to be: ${why.message}`, urn);
      else this.engine.log("warning", `this has not been made in this run: \`${failures.first}\` has failed`, urn);
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
export interface Request<Kind> {
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
