import { existsSync } from "node:fs";
import path from "node:path";
import { locked } from "../../tools/lock.mjs";
import { cacheDir } from "../../tools/places.mjs";
import { capture, run } from "../../tools/shell.mjs";
import type { Contender, Round } from "./contender";
import { scripted } from "./scripts";

const pyroute2Version = "0.9.7";
export const venv = path.join(cacheDir(), `pyroute2-${pyroute2Version}`);

/** The kernel's netlink in Python, from PyPI. */
export const pyroute2: Contender = {
  id: "pyroute2",
  title: "pyroute2",
  prepare: () => locked(venv, installPyroute2),
  round: (host, lab, limitMs) =>
    scripted(host, lab, limitMs, (way) => [
      path.join(venv, "bin/python"),
      path.join(__dirname, "starPyroute2.py"),
      way,
      String(lab.n),
    ]),
};

const mininetPackages = ["mininet", "bridge-utils"];

/** Debian's Mininet. Its nearest to the star has a Linux bridge in the middle, and hosts without names in /run/netns. */
export const mininet: Contender = {
  id: "mininet",
  title: "Mininet, Linux bridge",
  prepare: () => locked("mininet", installMininet),
  async round(host, { n }, limitMs) {
    const script = path.join(__dirname, "starMininet.py");
    const argv = ["/usr/bin/python3", script, String(n), String(Date.now() / 1000)];
    return JSON.parse(await host.run(argv, { timeoutMs: limitMs })) as Round;
  },
};

async function installPyroute2(): Promise<string> {
  if (!existsSync(path.join(venv, "bin/python"))) await capture(["python3", "-m", "venv", venv]);
  const pip = [path.join(venv, "bin/pip"), "install", "--quiet", "--disable-pip-version-check"];
  await capture([...pip, `pyroute2==${pyroute2Version}`]);
  return pyroute2Version;
}

async function installMininet(): Promise<string> {
  const missing: string[] = [];
  for (const name of mininetPackages) if (!(await versionOf(name))) missing.push(name);
  if (missing.length > 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await capture(["apt-get", "update", "--quiet"], { env });
    await capture(["apt-get", "install", "--yes", "--no-install-recommends", ...missing], { env });
  }
  return (await versionOf("mininet")) ?? "";
}

/** That of an installed Debian package. */
async function versionOf(name: string): Promise<string | undefined> {
  const { stdout } = await run(["dpkg-query", "--show", name]);
  return stdout.trim().split("\t")[1];
}
