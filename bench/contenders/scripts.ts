import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { remove, scratch } from "../../test/support/engine/project";
import { type Spoke, SWITCH, spokes } from "../../test/support/inputs/star";
import type { LabHost } from "../../test/support/labHost/labHost";
import { capture } from "../../tools/shell.mjs";
import { mustBeUp } from "../mustBeUp";
import { type Script, scriptOf } from "../script/script";
import type { Lab } from "../shapes/shape";
import { type Contender, type Round, seconds } from "./contender";

/** A script as people write it: one `ip` a line. */
export const ipLines: Contender = {
  id: "ipLines",
  title: "bash, one `ip` a line",
  prepare: () => capture(["ip", "-V"]),
  round(host, lab, limitMs) {
    const hosts = spokes(lab.n);
    const files = { up: linesUp(hosts).join("\n"), down: linesDown(hosts).join("\n") };
    return withFiles(files, (folder) => scripted(host, lab, limitMs, (way) => ["bash", "-e", path.join(folder, way)]));
  },
};

/** The quickest that could be written with the tools of the kernel's own projects. */
export const script: Contender = {
  id: "script",
  title: "best script (`ip -batch` and the like)",
  prepare: () => capture(["ip", "-V"]),
  round(host, lab, limitMs) {
    const files = scriptOf(lab.shape.inputs(lab.n), availableParallelism());
    return withFiles(files, (cwd) => scripted(host, lab, limitMs, (way) => ["sh", "-e", `${way}.sh`], cwd));
  },
};

/** A round of a program that makes the lab, or removes it, and ends. */
export async function scripted(
  host: LabHost,
  { shape, n }: Lab,
  timeoutMs: number,
  argv: (way: "up" | "down") => string[],
  cwd = process.cwd(),
): Promise<Round> {
  const up = await seconds(() => host.run(argv("up"), { timeoutMs, cwd }));
  await mustBeUp(host, shape.inputs(n));
  const down = await seconds(() => host.run(argv("down"), { timeoutMs, cwd }));
  return { up, down };
}

/** Writes the files of a script into a folder that ends with its work. */
export async function withFiles<T>(files: Script, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await scratch("bench");
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    return await work(folder);
  } finally {
    await remove(folder);
  }
}

function linesUp(hosts: Spoke[]): string[] {
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

function linesDown(hosts: Spoke[]): string[] {
  return [...hosts.map(({ name }) => name), SWITCH].map((name) => `ip netns del ${name}`);
}
