import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { PeerFilter } from "../provider/host/peerFilter";
import { wordsInto } from "../provider/place/sandbox";
import { FOLDER, type Place } from "./place";

/** Built beside this: see tools/build.mjs. */
const MAIN = join(__dirname, "../plugin/pulumi-resource-netns");

export interface LabPluginOptions extends Pick<Place, "sandbox" | "outside"> {
  /** The name of the file in the lab's folder at which it is to listen. */
  socket: string;
}

/**
 * The plugin of one run, in the sandbox of its lab, and the port at which the engine finds it. It is started together with
 * the engine, and not by it when that needs it, so that neither waits for the other to load.
 */
export class LabPlugin {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly ready: Promise<unknown>;
  readonly ended: Promise<unknown>;
  private readonly proxy: Server;
  /** What it has written where it has ended by itself. */
  said = "";
  /** What it has told the user. */
  readonly warnings: string[] = [];

  private constructor(private readonly options: LabPluginOptions) {
    const { sandbox, socket } = options;
    const [file = "", ...args] = wordsInto(sandbox, [
      process.execPath,
      MAIN,
      "--in-sandbox",
      `--serve=${join(FOLDER, socket)}`,
    ]);
    this.child = spawn(file, args, { cwd: "/", stdio: ["pipe", "pipe", "pipe"] });
    this.child.stdin.on("error", () => {});
    this.child.stderr.on("data", (chunk) => {
      this.said = `${this.said}${chunk}`.slice(-2000);
    });
    this.ended = new Promise((resolve) => this.child.once("error", resolve).once("close", resolve));
    const lines = createInterface(this.child.stdout);
    this.ready = Promise.race([once(lines, "line"), this.ended]);
    void this.ready.then(() => lines.on("line", (line) => this.hear(line)));
    this.proxy = this.serveEngine();
  }

  static async start(options: LabPluginOptions): Promise<LabPlugin> {
    const plugin = new LabPlugin(options);
    await new Promise<void>((resolve) => plugin.proxy.unref().listen(0, "127.0.0.1", resolve));
    return plugin;
  }

  get port(): number {
    return (this.proxy.address() as AddressInfo).port;
  }

  /** The run is over: what the engine was answered, it has stored. Resolves when the plugin has ended. */
  async end(): Promise<void> {
    this.proxy.close();
    this.child.stdin.end("end\n");
    await this.ended;
  }

  /** Its first line says that it listens; all others are as server/workerServer.ts writes them. */
  private hear(line: string): void {
    const { severity, message, urn } = JSON.parse(line) as Record<"severity" | "message" | "urn", string>;
    const name = urn.slice(urn.lastIndexOf("::") + 1).replace(":", "");
    if (severity !== "debug") this.warnings.push(name ? `${name}: ${message}` : message);
  }

  /** The engine connects to ports alone, where any user of the machine could, and the plugin is in another network. */
  private serveEngine(): Server {
    const peers = new PeerFilter({
      who: "The lab of a test",
      uid: process.geteuid?.() ?? -1,
      serve: (socket) => {
        const inside = connect(join(this.options.outside, this.options.socket));
        for (const [one, other] of [
          [socket, inside],
          [inside, socket],
        ] as const)
          one.on("error", () => other.destroy()).pipe(other);
      },
      warn: (message) => process.emitWarning(message),
    });
    return createServer({ pauseOnConnect: true }, (socket) => void this.ready.then(() => peers.admit(socket)));
  }
}
