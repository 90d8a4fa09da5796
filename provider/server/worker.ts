import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { Config } from "../core/config";
import { asksHost } from "./handlers";
import type { Plugin } from "./plugin";
import { encode } from "./property";
import type { Answer, Call, Reply } from "./reply";
import { toStatus } from "./status";
import { notStarted, WorkerClient } from "./workerClient";

/** Answered here at any time: what is about the plugin itself. */
const OWN = ["handshake", "attach", "configure", "getPluginInfo", "getSchema", "checkConfig", "diffConfig", "cancel"];

/**
 * With `sudo: true` another process of the plugin works on the host, as root. It is started at the first call that asks
 * the host, so that a first preview takes no sudo. Calls before that are answered here, and those by which this run is
 * known (see runState.ts) are kept: the worker gets them first. From then on it answers all that is about resources. So
 * at any time one process alone knows the run, and nothing has to be told in two directions.
 */
export class Worker {
  private told: Call[] = [];
  private client: Promise<WorkerClient> | undefined;

  /** `main`: the file that the plugin is started by. */
  constructor(
    private readonly plugin: Plugin,
    private readonly main: string,
    private readonly here: Answer,
  ) {}

  async answer(call: Call): Promise<Reply> {
    if (OWN.includes(call.name)) return this.answerOwn(call);
    const { config } = this.plugin;
    if (!config.sudo || config.offline) return this.here(call);
    if (!this.client && !asksHost(this.plugin, call)) {
      if (["check", "diff"].includes(call.name)) this.told.push(call);
      return this.here(call);
    }
    this.client ??= this.start();
    const client = await this.client.catch((error: unknown) => ({ failure: toStatus(error) }));
    if (client instanceof WorkerClient) return this.pass(client, call);
    return asksHost(this.plugin, call) ? client : this.here(call);
  }

  /** What a Check finds is told by one process alone: here, which may have told it before there was a worker. */
  private async pass(client: WorkerClient, call: Call): Promise<Reply> {
    const [reply, own] = await Promise.all([client.pass(call), call.name === "check" ? this.here(call) : undefined]);
    return reply.failure ? reply : (own ?? reply);
  }

  /** The run is over: the worker ends in order, too. */
  async end(): Promise<void> {
    await (await this.begun())?.end();
  }

  /** The engine is gone. */
  async abandon(): Promise<void> {
    await (await this.begun())?.abandon();
  }

  private async answerOwn(call: Call): Promise<Reply> {
    const reply = await this.here(call);
    if (call.name === "cancel") await (await this.begun())?.pass(call);
    if (call.name === "configure") await this.startAnew();
    if (["handshake", "attach"].includes(call.name)) this.told.push(call);
    return reply;
  }

  /** The environment of the user is not the worker's: what that says goes along, but for `sudo`, which is done with. */
  private async startAnew(): Promise<void> {
    await this.end();
    this.client = undefined;
    const { sudo: _, ...config } = this.plugin.config;
    const settings: Config = { ...config, findings: "off" };
    const request = Buffer.from(new ConfigureRequest().setArgs(encode(settings)).serializeBinary());
    this.told = this.told.filter(({ name }) => ["handshake", "attach"].includes(name));
    this.told.push({ name: "configure", request });
  }

  private async begun(): Promise<WorkerClient | undefined> {
    return this.client?.catch(() => undefined);
  }

  /** Nobody else can reach into its folder, and that is gone as soon as the one connection stands. */
  private async start(): Promise<WorkerClient> {
    const folder = await privateFolder().catch((error: Error) => Promise.reject(notStarted(error.message)));
    try {
      const { engine, signal } = this.plugin;
      const debug = (line: string) => engine.log("debug", line, "");
      const words = [this.main, `--worker=${join(folder, "socket")}`, ...(engine.address ? [engine.address] : [])];
      const client = await WorkerClient.open({ words, socket: join(folder, "socket"), signal, debug });
      for (const call of this.told) await client.pass(call);
      return client;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** For who is known by a socket's folder, which takes few letters. */
function privateFolder(): Promise<string> {
  const within = (folder: string) => mkdtemp(join(resolve(folder), "netns-"));
  const runtime = process.env.XDG_RUNTIME_DIR;
  return runtime ? within(runtime).catch(() => within(tmpdir())) : within(tmpdir());
}
