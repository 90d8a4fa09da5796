import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { LabHost } from "../../test/support/labHost";
import { remove, scratch } from "../../test/support/project";
import { capture } from "../../tools/shell.mjs";
import { type Host, mustBeUp, SWITCH, star } from "../star";
import { type Contender, type Round, seconds } from "./contender";

/** A script as people write it: one `ip` a line. */
export const ipLines: Contender = {
  id: "ipLines",
  title: "bash, one `ip` a line",
  prepare: () => capture(["ip", "-V"]),
  async round(host, n, limitMs) {
    const folder = await scratch("bench");
    const hosts = star(n);
    const scripts = { up: linesUp(hosts), down: linesDown(hosts) };
    for (const [name, lines] of Object.entries(scripts)) await writeFile(path.join(folder, name), lines.join("\n"));
    try {
      return await scripted(host, n, limitMs, (way) => ["bash", "-e", path.join(folder, way)]);
    } finally {
      await remove(folder);
    }
  },
};

/** The quickest that could be written with iproute2, sh and util-linux. */
export const ipBatch: Contender = {
  id: "ipBatch",
  title: "best `ip -batch` script",
  prepare: () => capture(["ip", "-V"]),
  round: (host, n, limitMs) =>
    scripted(host, n, limitMs, (way) => ["sh", path.join(__dirname, "starBatch.sh"), way, String(n)]),
};

/** A round of a program that makes the star, or removes it, and ends. */
export async function scripted(
  host: LabHost,
  n: number,
  limitMs: number,
  argv: (way: "up" | "down") => string[],
): Promise<Round> {
  const up = await seconds(() => host.run(argv("up"), { timeoutMs: limitMs }));
  await mustBeUp(host, n);
  const down = await seconds(() => host.run(argv("down"), { timeoutMs: limitMs }));
  return { up, down };
}

function linesUp(hosts: Host[]): string[] {
  return [
    ...[SWITCH, ...hosts.map(({ name }) => name)].flatMap((name) => [
      `ip netns add ${name}`,
      `ip -n ${name} link set lo up`,
    ]),
    ...hosts.flatMap(({ name, port, address }) => [
      `ip link add name eth0 netns ${name} type veth peer name ${port} netns ${SWITCH}`,
      `ip -n ${name} address add ${address} dev eth0`,
      `ip -n ${name} link set eth0 up`,
      `ip -n ${SWITCH} link set ${port} up`,
    ]),
  ];
}

function linesDown(hosts: Host[]): string[] {
  return [...hosts.map(({ name }) => name), SWITCH].map((name) => `ip netns del ${name}`);
}
