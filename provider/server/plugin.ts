import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Config } from "../core/config";
import { parseUrn } from "../core/urn";
import { NetnsError } from "../errors";
import type { Host } from "../host/host";
import { localHost } from "../host/local";
import { Kernel } from "../kernel/kernel";
import { Intents } from "../lifecycle/intents";
import { Lifecycle, type Resource } from "../lifecycle/lifecycle";
import { type Kind, token } from "../resources/kind";
import { Engine } from "./engine";
import { masked } from "./property";

const DEFAULT_TIMEOUT_SECONDS = 60;

/** What one plugin process holds: its kinds, its engine, its configuration, and what it has under way. */
export class Plugin {
  readonly engine = new Engine();
  readonly kinds: ReadonlyMap<string, Kind>;
  /** The engine reads resources again before it plans, and asks us to say that it should. */
  refreshBeforeUpdate = false;
  config: Config = {};
  lifecycle!: Lifecycle;
  private host!: Host;
  private intents!: Intents;
  private readonly cancelled = new AbortController();
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    kinds: readonly Kind[],
    private readonly folder: string,
    private readonly hostFor: (config: { sudo: boolean }) => Host = localHost,
  ) {
    this.kinds = new Map(kinds.map((kind) => [token(kind), kind]));
    this.configure({});
  }

  configure(config: Config): void {
    this.config = config;
    this.host = this.hostFor({ sudo: config.sudo ?? false });
    this.intents = new Intents(this.host);
    this.lifecycle = new Lifecycle(this.intents);
  }

  schema(): Promise<string> {
    return readFile(resolve(this.folder, "schema.json"), "utf8");
  }

  /** The kind that a request is about. */
  kindOf(request: { getType(): string; getUrn(): string }): Kind {
    return this.kind(request.getType() || parseUrn(request.getUrn()).type);
  }

  kind(type: string): Kind {
    const kind = this.kinds.get(type);
    if (kind) return kind;
    throw new NetnsError({
      kind: "user",
      tried: `there is no resource type ${type} in the netns provider`,
      todo: `It has ${[...this.kinds.keys()].join(", ")}.`,
    });
  }

  /** Keeps a request in mind until it is answered. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    return work.finally(() => this.running.delete(work));
  }

  /** Resolves when no request is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  /** A resource for the time of one request, which ends at its deadline or with the engine's Cancel. */
  resource(kind: Kind, urn: string, timeoutSeconds: number, secrets: readonly string[]): Resource {
    const seconds = timeoutSeconds || (this.config.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS);
    const signal = AbortSignal.any([this.cancelled.signal, AbortSignal.timeout(seconds * 1000)]);
    return {
      kind,
      urn,
      kernel: new Kernel({
        host: this.host,
        signal,
        debug: (line) => this.engine.log("debug", masked(line, secrets), urn),
      }),
      warn: (text) => this.engine.log("warning", masked(text, secrets), urn),
    };
  }

  /** Ends what runs and starts nothing new. */
  cancel(): void {
    this.cancelled.abort();
  }

  /** After a Cancel, the engine's signal to end says that its run is over: what it was answered, it has stored. */
  async end(): Promise<void> {
    await this.idle();
    if (this.cancelled.signal.aborted) await this.intents.settleAnswered();
  }
}
