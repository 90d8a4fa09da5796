import { createRequire } from "node:module";
import path from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import * as automation from "@pulumi/pulumi/automation/server";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { forwarded } from "../labHost/forwarder";

export interface Served {
  id: number;
  /** Where the engine is to find the program: a socket to be made. */
  socket: string;
  /** The program's file. */
  main: string;
  env: NodeJS.ProcessEnv;
  /** The folder of the forwarder to the lab host that the engine runs on. */
  forwarder: string;
}

/** What the Automation API serves a program with; its types leave it out. */
const { LanguageServer } = automation as unknown as {
  LanguageServer: new (
    program: () => Promise<unknown>,
  ) => Record<"getRequiredPlugins" | "getPluginInfo" | "run", Answer>;
};
type Answer = (call: { request: RunRequest }, callback: (error: Error | null) => void) => void;

/**
 * The process in which `Programs` has programs run: what Pulumi's Automation API does with a program that is a function,
 * of a file. It has the packages loaded, which takes a program of its own a second each time.
 */
const own = { ...process.env };
const servers = new Map<number, Server>();

process.on("message", async (asked: Served | { end: number }) => {
  if ("end" in asked) {
    servers.get(asked.end)?.forceShutdown();
    servers.delete(asked.end);
    return;
  }
  await serve(asked);
  process.send?.(asked.id);
});
// Of a run whose engine is killed nobody is left to tell.
for (const event of ["uncaughtException", "unhandledRejection"]) process.on(event, () => {});
process.on("disconnect", () => process.exit());
// Pulumi keeps the stack of each promise: to find the lines of sources for all of them takes a fifth of the time.
process.setSourceMapsEnabled(false);
process.send?.("ready");

async function serve({ id, socket, main, env, forwarder }: Served): Promise<void> {
  const language = new LanguageServer(async () => programOf(main, env));
  const server = new Server();
  server.addService(LanguageRuntimeService, {
    getRequiredPlugins: language.getRequiredPlugins.bind(language),
    getPluginInfo: language.getPluginInfo.bind(language),
    async run(...[call, callback]: Parameters<Answer>) {
      const { request } = call;
      const [engine = ""] = request.getArgsList();
      try {
        request.setArgsList([await forwarded(forwarder, portOf(engine))]);
        request.setMonitorAddress(await forwarded(forwarder, portOf(request.getMonitorAddress())));
      } catch (error) {
        callback(error as Error);
        return;
      }
      language.run(call, callback);
    },
  });
  await new Promise<void>((resolve, reject) => {
    const done = (error: Error | null) => (error ? reject(error) : resolve());
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), done);
  });
  servers.set(id, server);
}

/** Runs the program as it is now. */
function programOf(main: string, env: NodeJS.ProcessEnv): unknown {
  const folder = path.dirname(main);
  const require = createRequire(main);
  for (const file of Object.keys(require.cache)) if (file.startsWith(`${folder}/`)) delete require.cache[file];
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, { ...own, ...env });
  process.chdir(folder);
  return require(main);
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(":") + 1);
}
