import { writeFile } from "node:fs/promises";
import { until } from "../suites/until";
import type { LabHost } from "./labHost";

/** An echo request of ping(8). */
export interface Ping {
  from: string;
  to: string;
  /** `-I`: a device or an address. */
  by?: string | undefined;
  /** With a size no router may cut it up. */
  size?: number | undefined;
}

/**
 * What ping(8) shows of the first answer. By itself it ends at the first word that there is no way, which a host says of one
 * that still makes sure that nobody else has its address (RFC 4862, section 5.4).
 */
export function pinged(host: LabHost, from: string, to = ""): Promise<string> {
  const words = ["ip", "netns", "exec", from, "ping", "-c1", "-W1", to];
  return until(`an answer of ${to} to ${from}`, async () => {
    const { exitCode, stdout } = await host.tryRun(words);
    return exitCode === 0 && stdout;
  });
}

/** Which of these are answered, one after the other, each by hosts that have learnt of no neighbour before. */
export async function answered(host: LabHost, pings: readonly Ping[], waitS: number): Promise<boolean[]> {
  if (pings.length === 0) return [];
  const lines = pings.map(({ from, to, by, size }, index) => {
    const words = ["-n -q -c 1", `-W ${waitS}`, by && `-I ${by}`, size !== undefined && `-M do -s ${size}`, to];
    const ping = words.filter((word) => word).join(" ");
    return `for n in /run/netns/*; do nsenter --net=$n ip neigh flush all; done >/dev/null 2>&1
nsenter --net=/run/netns/${from} ping ${ping} >/dev/null 2>&1 && echo ${index}`;
  });
  const file = `/tmp/pings.${host.pid}.sh`;
  await writeFile(file, `${lines.join("\n")}\ntrue\n`);
  const stdout = await host.run(["sh", file], { timeoutMs: 600_000 });
  const heard = new Set(stdout.split("\n").filter(Boolean).map(Number));
  return pings.map((_, index) => heard.has(index));
}
