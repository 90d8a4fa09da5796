import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { closeSync, readdirSync, readlinkSync } from "node:fs";
import { readFile, readlink } from "node:fs/promises";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { localHost } from "../../../provider/host/local";
import { netnsWord } from "../../../provider/kernel/netnsPath";
import { inNamespace } from "../../../provider/netlink/inNamespace";
import { Netlink } from "../../../provider/netlink/netlink";
import { system } from "../../../provider/netlink/system";

/** What the test of `inNamespace` has done inside a lab host. */

const own = () => readlinkSync("/proc/thread-self/ns/net");

/** Which namespace work is in, and then all that is begun before it returns, when it has returned, or thrown. */
export async function places(file: string, isThrown: boolean) {
  const there = () => {
    let seen = "";
    try {
      inNamespace(file, () => {
        seen = own();
        if (isThrown) throw new Error("thrown on purpose");
      });
    } catch (error) {
      if (!isThrown || !(error instanceof Error) || error.message !== "thrown on purpose") throw error;
    }
    return seen;
  };
  const home = own();
  const inside = there();
  // All of the pool's threads at once, each with a file of its own.
  const files = Array.from({ length: 16 }, () => readlink("/proc/thread-self/ns/net"));
  const server = createServer().listen(0, "127.0.0.1");
  const child = promisify(execFile)("readlink", ["/proc/self/ns/net"]);
  const after = { thread: own(), files: [...new Set(await Promise.all(files))], child: (await child).stdout.trim() };
  const port = (server.address() as { port: number }).port;
  const listens = (await readFile("/proc/thread-self/net/tcp", "utf8")).includes(
    `:${port.toString(16).padStart(4, "0").toUpperCase()} `,
  );
  server.close();
  return { home, inside, ...after, listens };
}

/** Which namespace the provider takes for its own when it asks while this thread is away. */
export async function ownMeanwhile(file: string) {
  const inode = async () => (await localHost.stat(netnsWord(undefined)))?.inode;
  const ask = () => Promise.all(Array.from({ length: 8 }, inode));
  const home = await ask();
  let asked: ReturnType<typeof ask> | undefined;
  inNamespace(file, () => {
    // As if the threads of the pool came to it only now; they have long enough for it.
    asked = ask();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  });
  return { home, meanwhile: await asked };
}

/** Loses the way home while away. */
export function lost(file: string): void {
  const home = own();
  inNamespace(file, () => {
    for (const fd of readdirSync("/proc/self/fd")) if (linkOf(fd) === home) closeSync(Number(fd));
  });
}

/** Comes to another namespace instead of home. */
export function elsewhere(file: string): void {
  const real = system().setns;
  inNamespace(file, () => {
    system().setns = () => 0;
  });
  system().setns = real;
}

/** May go nowhere, and not home either. */
export function barred(file: string): void {
  const real = system().setns;
  system().setns = () => -1;
  try {
    inNamespace(file, () => assert.fail("it is not there"));
  } finally {
    system().setns = real;
  }
}

export function twice(file: string): void {
  inNamespace(file, () => inNamespace(file, () => {}));
}

/** The descriptors that are open more after this has been done many times than after it was done once. */
export function leaks(file: string): number {
  const netlink = new Netlink();
  const once = () => {
    netlink.listen(file, [1]).close();
    netlink.release();
    inNamespace(file, () => {});
  };
  once();
  const before = readdirSync("/proc/self/fd").length;
  for (let times = 0; times < 50; times += 1) once();
  return readdirSync("/proc/self/fd").length - before;
}

function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // The one that the folder was read by.
    return undefined;
  }
}

/** Only the compiler sees this: work that goes on later is refused. */
export function refused(file: string): void {
  // @ts-expect-error: a promise
  inNamespace(file, async () => {});
  // @ts-expect-error: perhaps a promise
  inNamespace(file, () => (file ? readFile(file) : undefined));
}
