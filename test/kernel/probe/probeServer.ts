import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import { Netlink } from "../../../provider/netlink/netlink";
import { type Probe, probe } from "../../../provider/probe/probe";
import { serveMethods } from "../../support/labHost/serveMethods";

/** The program that the tests of probes run inside a lab host: it sends them, or listens where it was started. */
const netlink = new Netlink();

async function send(probes: readonly Probe[], timeoutMs: number, abortAfterMs?: number) {
  const signal = abortAfterMs === undefined ? undefined : AbortSignal.timeout(abortAfterMs);
  const begun = performance.now();
  const outcomes = await probe(netlink, probes, { timeoutMs, signal }).finally(() => netlink.release());
  return { outcomes, tookMs: performance.now() - begun };
}

/** How many descriptors are open more after this has been sent many times than after it was sent once. */
async function leaks(probes: readonly Probe[]): Promise<number> {
  const count = () => readdirSync("/proc/self/fd").length;
  await send(probes, 0);
  const before = count();
  for (let times = 0; times < 20; times += 1) await send(probes, 0);
  return count() - before;
}

/** Takes connections on a port, and answers each UDP packet with itself. */
async function listen(port: number): Promise<void> {
  const server = createServer((socket) => socket.on("error", () => {})).listen(port, "::");
  const udp = createSocket("udp6", (message, from) => udp.send(message, from.port, from.address)).bind(port);
  await Promise.all([once(server, "listening"), once(udp, "listening")]);
}

const served = { send, leaks, listen };
export type Served = typeof served;

serveMethods(served);
