import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import path from "node:path";
import { remove, scratch } from "../engine/project";

/** A socket's file is reached from every network. This one answers to a port of its network with a socket that leads there. */
const PROGRAM = `
const { createServer, connect } = require("node:net");
const [, folder] = process.argv;
const leading = new Map();
function lead(port) {
  const path = folder + "/" + port;
  const server = createServer((outer) => {
    const inner = connect(port, "127.0.0.1");
    outer.pipe(inner).pipe(outer);
    for (const one of [outer, inner]) one.on("error", () => { outer.destroy(); inner.destroy(); });
  });
  return new Promise((done) => server.listen(path, () => done(path)));
}
createServer((asking) => asking.on("error", () => {}).on("data", async (port) => {
  if (!leading.has(+port)) leading.set(+port, lead(+port));
  asking.write(await leading.get(+port));
})).listen(folder + "/ask", () => console.log("open"));
process.stdin.on("end", () => process.exit()).resume();`;

/** Forwards to what listens on loopback in the network of a process. It is none of the processes there. */
export class Forwarder {
  private constructor(
    readonly folder: string,
    private readonly end: () => void,
  ) {}

  static async to(pid: number | undefined): Promise<Forwarder> {
    const folder = await scratch("forwarder");
    const inside = ["-t", String(pid), "--net", "--", process.execPath, "-e", PROGRAM, folder];
    const child = spawn("nsenter", inside, { stdio: ["pipe", "pipe", "inherit"] });
    await once(child.stdout, "data");
    return new Forwarder(folder, () => child.stdin.end());
  }

  async close(): Promise<void> {
    this.end();
    await remove(this.folder);
  }
}

/** The address of a socket that leads to a port, by the folder of a forwarder, which may be another process's. */
export function forwarded(folder: string, port: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = connect(path.join(folder, "ask"), () => asking.write(port));
    asking.on("error", reject).on("data", (socket) => {
      asking.destroy();
      resolve(`unix:${socket}`);
    });
  });
}
