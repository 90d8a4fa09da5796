import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { ensureHost, ensurePulumiForPython, languageNeeds } from "../../../tools/languages.mjs";
import { pinged } from "../labHost/pings";
import { snapshot } from "../labHost/snapshot";
import { done, unchanged } from "../suites/exampleSuite";
import { execute } from "./npm";
import { root, scratch } from "./project";
import type { Stack } from "./pulumi";

export type Language = Parameters<typeof ensureHost>[0];

export { languageNeeds };

/** The example of a language, in place; it has the same two labs in each. */
export function exampleOf(language: Language): string {
  return path.join(root, "examples/languages", language);
}

/** A copy of it that does not say where the plugin is. */
export async function copyOf(language: Language): Promise<string> {
  const folder = await scratch(language);
  await cp(exampleOf(language), folder, { recursive: true });
  const project = path.join(folder, "Pulumi.yaml");
  const text = await readFile(project, "utf8");
  await writeFile(project, text.replace(/^plugins:\n( .*\n)+/m, ""));
  return folder;
}

/** What a program in that language runs with; our library for Python is installed into `folder`. */
export async function envOf(language: Language, folder: string): Promise<NodeJS.ProcessEnv> {
  const hosts = await ensureHost(language);
  if (language !== "python") return { PATH: [...hosts, process.env.PATH].join(":") };
  const { venv, library } = await installForPython(folder);
  const PATH = [path.join(venv, "bin"), ...hosts, process.env.PATH].join(":");
  return { PATH, PYTHONPATH: library, PYTHONDONTWRITEBYTECODE: "1" };
}

/** A virtual environment that all tests share, and beside it our library, which is installed into `folder`. */
export async function installForPython(folder: string): Promise<{ venv: string; library: string }> {
  const venv = await ensurePulumiForPython();
  const [source, library] = [path.join(folder, "source"), path.join(folder, "library")];
  await cp(path.join(root, "sdk/python"), source, { recursive: true });
  // Without what it asks for, which is there: it would be asked of a registry.
  const flags = ["--quiet", "--no-deps", "--no-build-isolation", "--target", library];
  await execute([path.join(venv, "bin/pip"), "install", ...flags, source], folder);
  return { venv, library };
}

/** Both labs come up, do what they are for, are not changed by a second run, and leave nothing. */
export async function hasWholeLife(stack: Stack, isAgain = true): Promise<void> {
  const { host } = stack;
  const empty = await snapshot(host);
  done(await stack.up());
  const { server } = await stack.outputs();
  for (const [from, to] of [
    ["net0", "10.0.1.2"],
    ["h1", String(server)],
  ] as const) {
    await pinged(host, from, to);
  }
  if (isAgain) unchanged(await stack.up());
  done(await stack.destroy());
  assert.deepEqual(await snapshot(host), empty);
}
