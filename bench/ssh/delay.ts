import { spawn } from "node:child_process";
import { once } from "node:events";
import type { LabHost } from "../../test/support/labHost/labHost";
import { until } from "../../test/support/suites/until";
import { type Spread, spread } from "../spread";

const PINGS = 41;

/** Hands on what it gets after so many milliseconds, in order (timers of one length fire so), however much it is. */
const RELAY = `
const { createServer, connect } = require("node:net");
const [, from, host, port, ms] = process.argv;
const lead = (one, other) => {
  const later = (work) => setTimeout(work, +ms);
  one.setNoDelay().on("data", (chunk) => later(() => other.write(chunk)));
  one.on("end", () => later(() => other.end())).on("error", () => later(() => other.destroy()));
};
createServer({ allowHalfOpen: true }, (outer) => {
  const inner = connect({ port, host, allowHalfOpen: true });
  lead(outer, inner);
  lead(inner, outer);
}).listen(+from);`;

/** Starts a relay on a host, which is one of its processes and ends with it. */
export async function startRelay(on: LabHost, from: number, to: string, ms: number): Promise<void> {
  const argv = [process.execPath, "-e", RELAY, String(from), to, "22", String(ms)];
  void on.spawn(argv, { timeoutMs: 7_200_000 });
  await until("the relay", async () => (await on.run(["ss", "-Hltn", `sport = ${from}`])) !== "");
}

/** How many milliseconds a letter takes there and back through ssh. */
export async function roundTrip(host: string): Promise<Spread> {
  const child = spawn("ssh", ["-T", host, "cat"], { stdio: ["pipe", "pipe", "inherit"] });
  const times: number[] = [];
  for (let at = 0; at <= PINGS; at++) {
    const begin = performance.now();
    child.stdin.write(".");
    await once(child.stdout, "data", { signal: AbortSignal.timeout(30_000) });
    times.push(performance.now() - begin);
  }
  child.stdin.end();
  await once(child, "close");
  // The first has the connection in it.
  return spread(times.slice(1));
}
