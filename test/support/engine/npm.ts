import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { root, scratch } from "./project";

/** Packs this repository as `npm publish` would, into `folder`. Returns the package's file. */
export async function pack(folder: string): Promise<string> {
  const { name, version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
  await execute(["npm", "pack", "--pack-destination", folder], root);
  return path.join(folder, `${name}-${version}.tgz`);
}

/** An empty project with nothing installed but the package in that file and what it asks for, as Node of that PATH has npm choose. */
export async function emptyProjectWith(packageFile: string, PATH?: string): Promise<string> {
  const folder = await scratch("user");
  await writeFile(path.join(folder, "package.json"), '{ "name": "lab", "private": true }\n');
  await execute(["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", packageFile], folder, { PATH });
  return folder;
}

/** Runs a program on this machine to its end and returns what it wrote; anything but exit code 0 is an error. */
export async function execute(
  argv: readonly [string, ...string[]],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { execa } = await import("execa");
  const [program, ...args] = argv;
  const { stdout } = await execa(program, args, { cwd, env, stdin: "ignore", timeout: 180_000 });
  return stdout;
}
