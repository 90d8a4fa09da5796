import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { version } from "../../../provider/version";

export const root = path.resolve(__dirname, "../../..");

/** What the engine calls the provider of a program that names none. */
export const DEFAULT_PROVIDER = providerOf(version);

export function providerOf(release: string): string {
  return `default_${release.replaceAll(".", "_")}`;
}

/** The folder of the plugin, as a project's `plugins.providers` names it. */
export const pluginFolder = path.join(root, "dist/plugin");

/** Puts a copy of the plugin into a folder, with what it loads from node_modules, and returns its executable. */
export async function copyPlugin(folder: string, modules: readonly string[] = ["koffi", "@koromix"]): Promise<string> {
  await cp(pluginFolder, folder, { recursive: true });
  for (const name of modules) {
    await cp(path.join(root, "node_modules", name), path.join(folder, "node_modules", name), { recursive: true });
  }
  return path.join(folder, "pulumi-resource-netns");
}

/** An example, or the root project, in place. */
export function exampleFolder(name: string): string {
  return name === "" ? root : path.join(root, "examples", name);
}

/** Makes a project of its own, in JavaScript unless the file's name says otherwise. Its folder ends with `remove`. */
export async function makeProject(
  program: string,
  { name = "lab", main = "index.js", plugin = pluginFolder, modules = root } = {},
): Promise<string> {
  const folder = await scratch("project");
  await mkdir(path.join(folder, "node_modules"));
  const links = { "@pulumi": "node_modules/@pulumi", typescript: "node_modules/typescript", "pulumi-netns": "." };
  for (const [module, target] of Object.entries(links)) {
    await symlink(path.join(modules, target), path.join(folder, "node_modules", module));
  }
  const plugins = `plugins:\n  providers:\n    - name: netns\n      path: ${plugin}\n`;
  // To load TypeScript's compiler takes longer than most programs.
  const runtime = `runtime:\n  name: nodejs\n  options:\n    typescript: ${main.endsWith(".ts")}\n`;
  await writeFile(path.join(folder, "Pulumi.yaml"), `name: ${name}\n${runtime}main: ${main}\n${plugins}`);
  await writeFile(path.join(folder, "package.json"), '{ "private": true }\n');
  await writeFile(path.join(folder, main), program);
  return folder;
}

export async function projectName(folder: string): Promise<string> {
  const text = await readFile(path.join(folder, "Pulumi.yaml"), "utf8");
  const name = /^name:\s*(\S+)/m.exec(text)?.[1];
  if (name === undefined) throw new Error(`${folder}/Pulumi.yaml has no name`);
  return name;
}

export function scratch(what: string): Promise<string> {
  return mkdtemp(path.join(os.tmpdir(), `netns-${what}-`));
}

export async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
