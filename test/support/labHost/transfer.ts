import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { LabHost } from "./labHost";

export interface Way {
  /** The namespaces that it goes from, and to. */
  from: string;
  to: string;
  /** The address that `to` has. */
  address: string;
}

const MEGABYTE = 2 ** 20;
const PORT = 5001;
const TIMEOUT_MS = 20_000;

const TAKE = `
  const [address, port] = process.argv.slice(1);
  const hash = require("node:crypto").createHash("sha256");
  const server = require("node:net").createServer((socket) => {
    server.close();
    socket.on("data", (bytes) => hash.update(bytes)).on("end", () => console.log(hash.digest("hex")));
  });
  server.listen(Number(port), address, () => console.log("listening"));
`;
const SEND = `
  const [address, port] = process.argv.slice(1);
  process.stdin.pipe(require("node:net").connect(Number(port), address));
`;

/** Sends a megabyte by TCP from one namespace to another, and sees by the sha256 that it is this that has come. */
export async function transfer(host: LabHost, { from, to, address }: Way): Promise<void> {
  const sent = randomBytes(MEGABYTE / 2).toString("hex");
  const inside = (netns: string, program: string) => [
    ...["ip", "netns", "exec", netns, process.execPath],
    ...["-e", program, "--", address, String(PORT)],
  ];
  const taker = host.spawn(inside(to, TAKE), { timeoutMs: TIMEOUT_MS });
  try {
    await Promise.race([once(taker.stdout, "data"), taker]);
    const { exitCode, stderr } = await host.tryRun(inside(from, SEND), { stdin: sent, timeoutMs: TIMEOUT_MS });
    assert.equal(exitCode, 0, `${from} could not send to ${address}: ${stderr}`);
    const taken = await taker;
    const sha256 = createHash("sha256").update(sent).digest("hex");
    assert.equal(taken.stdout, `listening\n${sha256}`, `${to} has taken something else: ${taken.stderr}`);
  } finally {
    taker.kill("SIGKILL");
    await taker;
  }
}
