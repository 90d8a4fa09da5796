import { createRequire } from "node:module";
import { createServer, type Server as NetServer } from "node:net";
import type * as Grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { GetRequiredPluginsResponse, type RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { type Done, type Program, runProgram } from "./program";

/** The copy that Pulumi's library has: no other is to be loaded. */
const grpc = createRequire(require.resolve("@pulumi/pulumi/package.json"))("@grpc/grpc-js") as typeof Grpc;

type Unary<Request, Response> = Grpc.handleUnaryCall<Request, Response>;

/**
 * What the engine takes for the language host: it asks here, at a socket, for the program to run. That may come later than it
 * asks.
 */
export class ProgramServer {
  /** What has become of the program. */
  readonly done: Promise<Done>;
  /** Has the engine's question answered by this program. */
  run!: (program: Program) => void;
  private readonly server = new grpc.Server();
  private readonly listener: NetServer;

  private constructor() {
    const given = new Promise<Program>((resolve) => {
      this.run = resolve;
    });
    let ask!: (request: RunRequest) => void;
    const asked = new Promise<RunRequest>((resolve) => {
      ask = resolve;
    });
    this.done = Promise.all([asked, given]).then(([request, program]) => runProgram(request, program));
    const run: Unary<RunRequest, RunResponse> = ({ request }, answer) => {
      ask(request);
      void this.done.then((done) => answer(null, new RunResponse().setError(errorOf(done))));
    };
    const none: Unary<unknown, GetRequiredPluginsResponse> = (_, answer) =>
      answer(null, new GetRequiredPluginsResponse());
    const info: Unary<unknown, PluginInfo> = (_, answer) => answer(null, new PluginInfo().setVersion("1.0.0"));
    this.server.addService(LanguageRuntimeService as unknown as Grpc.ServiceDefinition, {
      run,
      getRequiredPlugins: none,
      getPluginInfo: info,
    });
    const injector = this.server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
    this.listener = createServer((socket) => injector.injectConnection(socket.unref()));
  }

  static async listen(socket: string): Promise<ProgramServer> {
    const server = new ProgramServer();
    await new Promise<void>((resolve, reject) => server.listener.once("error", reject).listen(socket, resolve));
    server.listener.unref();
    return server;
  }

  close(): void {
    this.listener.close();
    this.server.forceShutdown();
  }
}

function errorOf({ thrown, hasLoggedErrors }: Done): string {
  if (thrown) return String(thrown.error);
  return hasLoggedErrors ? "the program has logged errors" : "";
}
