import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Without modules, for a user that may not read our folders: a Create in each of `count` connections at once. */
const CONNECT = `
  const http2 = require("node:http2");
  const [host, port, count, body] = process.argv.slice(1);
  let served = 0;
  let open = Number(count);
  for (let each = 0; each < count; each++) {
    const session = http2.connect("http://" + (host.includes(":") ? "[" + host + "]" : host) + ":" + port);
    const call = session.request({ ":method": "POST", ":path": "/pulumirpc.ResourceProvider/Create",
      "content-type": "application/grpc", te: "trailers" });
    session.on("error", () => {}).on("close", () => --open === 0 && console.log(served));
    call.on("error", () => {}).on("close", () => session.destroy()).on("response", () => served++).resume();
    call.end(Buffer.from(body, "base64"));
  }`;

export interface Attempt {
  uid: number;
  port: string;
  /** The message that Create gets. */
  message: Uint8Array;
  host?: string;
  count?: number;
  /** Words that lead to where the plugin is. */
  words?: readonly string[];
}

/** How many connections of a user get an answer from the plugin. */
export async function connectAs({
  uid,
  port,
  message,
  host = "127.0.0.1",
  count = 1,
  words = [],
}: Attempt): Promise<number> {
  const length = Buffer.alloc(5);
  length.writeUInt32BE(message.length, 1);
  const body = Buffer.concat([length, message]).toString("base64");
  const as = ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--"];
  const [file = "", ...args] = [...words, ...as, process.execPath, "-e", CONNECT, host, port, String(count), body];
  const { stdout } = await run(file, args, { cwd: "/", env: { PATH: process.env.PATH } });
  return Number(stdout);
}
