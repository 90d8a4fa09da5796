import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { chmod, readFile } from "node:fs/promises";
import path from "node:path";
import type { LabHost } from "../labHost/labHost";
import type { Served } from "./programServer";
import { root } from "./project";

/** Runs the programs of projects in a process that stays, for all lab hosts of this process. */
class Programs {
  private server: Promise<ChildProcess> | undefined;
  private readonly served = new Map<number, () => void>();
  private asked = 0;

  /** Has a program run when an engine on that host asks for it; `use` is told the words for the engine. */
  async during<T>(host: LabHost, main: string, env: NodeJS.ProcessEnv, use: (words: string[]) => Promise<T>) {
    this.server ??= this.start();
    const [server, forwarder] = await Promise.all([this.server, host.forwarder]);
    this.asked += 1;
    const id = this.asked;
    const socket = `${forwarder.folder}/program${id}`;
    await new Promise<void>((resolve) => {
      this.served.set(id, resolve);
      server.send({ id, socket, main, env, forwarder: forwarder.folder } satisfies Served);
    });
    // Who may get to it is said by its folder.
    await chmod(socket, 0o777);
    try {
      return await use([`--client=unix:${socket}`, "--exec-kind=auto.inline"]);
    } finally {
      server.send({ end: id });
    }
  }

  private async start(): Promise<ChildProcess> {
    const file = path.join(__dirname, "programServer.ts");
    // What it runs is not ours: nobody asks how much of it the tests cover.
    const env = { ...process.env, NODE_V8_COVERAGE: "" };
    const server = fork(file, { execArgv: ["--import", "tsx"], env });
    await once(server, "message");
    server.on("message", (id: number) => {
      this.served.get(id)?.();
      this.served.delete(id);
    });
    // It ends with this process, and keeps that from nothing.
    server.unref();
    server.channel?.unref();
    return server;
  }
}

export const programs = new Programs();

const EXAMPLES = path.join(root, "examples");
/** What has the engine call the program back, at an address that is not of the lab host's network (a hook of nft does not). */
const CALLED_BACK = /\btransform|\bhooks\b|ResourceHook/;
/** A function of the provider: one that fails ends the process that a program has of its own. */
const CALLS = /netns\.\w+Output\(/;

/**
 * The program of a folder, where it can be run so: in JavaScript, or that of an example, whose types are checked with all
 * others; with no address and no end of its own.
 */
export async function plainProgram(folder: string): Promise<string | undefined> {
  const main = path.join(folder, folder.startsWith(EXAMPLES) ? "index.ts" : "index.js");
  const text = await readFile(main, "utf8").catch(() => undefined);
  return text === undefined || CALLED_BACK.test(text) || CALLS.test(text) ? undefined : main;
}
