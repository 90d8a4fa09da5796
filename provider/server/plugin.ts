import { setMaxListeners } from "node:events";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Config } from "../core/config";
import { parseUrn } from "../core/urn";
import { isWithin } from "../core/values";
import { NetnsError } from "../errors";
import type { Host } from "../host/host";
import { localHost } from "../host/local";
import { Kernel } from "../kernel/kernel";
import { Holders } from "../lifecycle/holders";
import { Intents } from "../lifecycle/intents";
import { type Others as Beside, Lifecycle, type Operations, type Resource } from "../lifecycle/lifecycle";
import { Rights } from "../lifecycle/rights";
import { UnderWay } from "../lifecycle/underWay";
import { type Definition, token } from "../resources/kind";
import { Topologies } from "../topology/topologies";
import { Condemned } from "./condemned";
import { Engine } from "./engine";
import { masked, type Properties, secretTexts } from "./property";
import { ThisRun } from "./thisRun";

const DEFAULT_TIMEOUT_SECONDS = 60;
const TOPOLOGY_TIMEOUT_SECONDS = 600;
/** Where no other change has been under way for so long, none is to come that could help: the engine starts side by side. */
const QUIET_MS = 200;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What one plugin process holds: its kinds, its engine, its configuration, and what it has under way. */
export class Plugin {
  readonly engine = new Engine();
  readonly kinds: ReadonlyMap<string, Definition>;
  /** The engine reads resources again before it plans, and asks us to say that it should. */
  refreshBeforeUpdate = false;
  config: Config = {};
  /** What this run of the engine deletes along with something else. */
  condemned!: Condemned;
  /** What this run of the engine replaces, and what the kernel takes along. */
  thisRun!: ThisRun;
  private readonly underWay = new UnderWay();
  private lifecycle!: Lifecycle;
  private topologies!: Topologies;
  private host!: Host;
  private intents!: Intents;
  private readonly cancelled = new AbortController();
  private isInOrder = false;
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    kinds: readonly Definition[],
    private readonly folder: string,
    private readonly hostFor: (config: { sudo: boolean }) => Host = localHost,
  ) {
    this.kinds = new Map(kinds.map((kind) => [token(kind), kind]));
    this.configure({});
    // Every request under way listens to it.
    setMaxListeners(0, this.cancelled.signal);
  }

  configure(config: Config): void {
    this.config = config;
    this.host = this.hostFor({ sudo: config.sudo ?? false });
    this.intents = new Intents(this.host);
    this.condemned = new Condemned(this.underWay, (urn) => this.thisRun.isMadeAgain(urn));
    this.thisRun = new ThisRun();
    const [holders, rights] = [new Holders(), new Rights()];
    this.lifecycle = new Lifecycle(this.intents, holders, rights, this.underWay);
    this.topologies = new Topologies(this.intents, holders, rights);
  }

  /** What works on resources of a kind. */
  operations(kind: Definition): Operations {
    return (kind.lists ? this.topologies : this.lifecycle) as unknown as Operations;
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
        signal,
        debug: (line) => this.engine.log("debug", masked(line, secrets), urn),
      }),
      warn: (text) => this.engine.log("warning", masked(text, secrets), urn),
      isShaken: this.thisRun.isShaken(urn),
      isSecret: (path) => paths.some((secret) => isWithin(path, secret)),
    });
    this.running.add(done);
    return done.finally(() => {
      this.running.delete(done);
      release();
    });
  }

  /**
   * A request that makes or changes something. What it needs another one may be making at this moment, where the program
   * names no order: then it waits for the others, and tries again as long as one of them ends.
   */
  change<Kind extends object, T>(about: Request<Kind>, work: (resource: Resource<Kind>) => Promise<T>): Promise<T> {
    return this.request(about, (resource) =>
      this.underWay.while(async (pass) => {
        const others = { another: () => this.another(resource), pass };
        while (this.thisRun.awaits(about.urn) && (await others.another()));
        for (;;) {
          try {
            const done = await work({ ...resource, others: { ...others, ...this.rivalsOf(about.urn) } });
            await this.thisRun.rivals.noteGone(about.urn, resource.kernel);
            return done;
          } catch (error) {
            if (!this.mayHelp(error, about.urn) || !(await others.another())) throw error;
          }
        }
      }),
    ).finally(() => this.thisRun.noteDone(about.urn));
  }

  /** A request that takes something away: the others that wait see it end. */
  removal<Kind extends object>(about: Request<Kind>, work: (resource: Resource<Kind>) => Promise<void>): Promise<void> {
    return this.request(about, (resource) =>
      this.underWay.while(async () => {
        await work(resource);
        this.thisRun.noteDeleted(about.urn);
        await this.thisRun.rivals.noteGone(about.urn, resource.kernel);
      }),
    );
  }

  /** Waits for one of the other changes to end: false as soon as all that are left only wait as well. */
  private another({ kernel, urn }: Pick<Resource, "kernel" | "urn">): Promise<boolean> {
    const soFar = this.underWay.ended;
    const look = async () => (this.underWay.ended === soFar ? "nothing else has ended that it may need" : undefined);
    return this.underWay.wait(kernel, urn, QUIET_MS, look).catch(() => false);
  }

  private rivalsOf(urn: string): Pick<Beside, "giveWay" | "after"> {
    const { rivals } = this.thisRun;
    return {
      giveWay: (rival) => rivals.giveWay(rival, urn),
      after: (rival, work) => rivals.after(rival, work),
    };
  }

  private mayHelp(error: unknown, urn: string): boolean {
    if (!(error instanceof NetnsError)) return false;
    const { rival } = error.parts;
    if (rival !== undefined) return this.thisRun.rivals.giveWay(rival, urn) !== undefined;
    return error.kind === "exists" ? this.thisRun.isReplacing : ["notFound", "unreachable"].includes(error.kind);
  }

  /** The engine's Cancel: ends what runs and starts nothing new. It comes at the end of every run, too. */
  cancel(): void {
    this.isInOrder = true;
    this.cancelled.abort();
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
