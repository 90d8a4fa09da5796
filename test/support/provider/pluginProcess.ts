import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import path from "node:path";
import {
  credentials,
  Server,
  ServerCredentials,
  type ServiceError,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { Message } from "google-protobuf";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { pluginFolder } from "../engine/project";
import { Forwarder, forwarded } from "../labHost/forwarder";

const PLUGIN = path.join(pluginFolder, "pulumi-resource-netns");

/** What the plugin tells the engine, and an address where it finds one. */
export class FakeEngine {
  readonly logs: { severity: number; message: string; urn: string }[] = [];
  private readonly server = new Server();
  address = "";

  static async start(): Promise<FakeEngine> {
    const engine = new FakeEngine();
    const service: UntypedServiceImplementation = {
      log: (call: { request: LogRequest }, done: (error: null, answer: Empty) => void) => {
        const { request } = call;
        engine.logs.push({ severity: request.getSeverity(), message: request.getMessage(), urn: request.getUrn() });
        done(null, new Empty());
      },
    };
    engine.server.addService(EngineService as never, service);
    const port = await new Promise<number>((resolve, reject) => {
      engine.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    engine.address = `127.0.0.1:${port}`;
    return engine;
  }

  stop(): void {
    this.server.forceShutdown();
  }
}

/** The built plugin as a process of its own, spoken to over gRPC as the engine does. */
export class PluginProcess {
  private constructor(
    readonly child: ChildProcess,
    readonly client: ResourceProviderClient,
    /** All that it has printed on stdout. */
    readonly printed: () => string,
    private readonly atEnd: () => Promise<void> = async () => {},
  ) {}

  static async start(args: string[], env: NodeJS.ProcessEnv = {}): Promise<PluginProcess> {
    const { child, printed } = await launch([PLUGIN, ...args], env);
    return new PluginProcess(child, clientAt(`127.0.0.1:${printed().trim()}`), printed);
  }

  /** Another copy of it, behind words that make it a process of another user. */
  static async as(words: readonly string[], copy: string, args: string[]): Promise<PluginProcess> {
    const { child, printed } = await launch([...words, copy, ...args]);
    return new PluginProcess(child, clientAt(`127.0.0.1:${printed().trim()}`), printed);
  }

  /** The same behind words that lead into a network of its own, such as a lab host's door. */
  static async behind(words: readonly string[], env: NodeJS.ProcessEnv = {}, copy = PLUGIN): Promise<PluginProcess> {
    const { child, printed } = await launch([...words, copy], env);
    const forwarder = await Forwarder.to(child.pid);
    const address = await forwarded(forwarder.folder, printed().trim());
    return new PluginProcess(child, clientAt(address), printed, () => forwarder.close());
  }

  call<Response>(method: keyof ResourceProviderClient, request: Message): Promise<Response> {
    const rpc = this.client[method] as unknown as (
      request: Message,
      done: (error: ServiceError | null, response: Response) => void,
    ) => void;
    return new Promise((resolve, reject) => {
      rpc.call(this.client, request, (error, response) => (error ? reject(error) : resolve(response)));
    });
  }

  /** The exit code, once it has ended. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
    return this.child.exitCode;
  }

  async stop(): Promise<void> {
    this.client.close();
    this.child.kill("SIGKILL");
    await this.ended();
    await this.atEnd();
  }
}

/** Starts a program that prints a line when it is ready. */
async function launch([file = "", ...args]: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  if (printed === "") throw new Error(`${[file, ...args].join(" ")} ended without a word`);
  return { child, printed: () => printed };
}

function clientAt(address: string): ResourceProviderClient {
  return new ResourceProviderClient(address, credentials.createInsecure(), { "grpc.max_receive_message_length": -1 });
}

/** An address of this machine where nobody listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return `127.0.0.1:${port}`;
}
