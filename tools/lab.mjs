import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { distDir, root, stateDir } from "./places.mjs";
import { say } from "./progress.mjs";
import { capture, quote, Stop } from "./shell.mjs";

/**
 * A folder as Pulumi's backend. Without the files of metadata that would lie beside each file of the state: those are
 * written in place, so an engine that is killed can leave one empty, and then no engine loads that state any more.
 */
export function folderBackend(folder) {
  return `file://${folder}?metadata=skip`;
}

/** What plain `pulumi` needs to work without a login and without questions; what the user has set stays. */
export function labSettings(env = process.env) {
  const hasPassphrase = env.PULUMI_CONFIG_PASSPHRASE !== undefined || env.PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;
  return {
    PULUMI_BACKEND_URL: env.PULUMI_BACKEND_URL || folderBackend(stateDir),
    ...(hasPassphrase ? {} : { PULUMI_CONFIG_PASSPHRASE: "netns" }),
    PULUMI_STACK: env.PULUMI_STACK || "lab",
    PULUMI_SKIP_UPDATE_CHECK: env.PULUMI_SKIP_UPDATE_CHECK || "true",
  };
}

/** The environment to run pulumi in. Debian's PATH of a plain user lacks the folders that hold `ip` and `sysctl`. */
export function labEnv(engine, env = process.env) {
  const folders = [engine.folder, ...(env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"].filter(Boolean);
  return { ...env, ...labSettings(env), PATH: [...new Set(folders)].join(":") };
}

/** The same as lines for a shell to eval: its own PATH stays, with the engine's folder and that of `netns` in front. */
export function exportLines(engine, env = process.env) {
  const lines = Object.entries(labSettings(env)).map(([name, value]) => `export ${name}=${quote(value)}`);
  const folders = [engine.folder, path.join(distDir, "cli")].filter(Boolean);
  return [`export PATH=${folders.map(quote).join(":")}:"$PATH"`, ...lines].join("\n");
}

export function projects() {
  const examples = path.join(root, "examples");
  const names = existsSync(examples) ? readdirSync(examples) : [];
  return [root, ...names.map((name) => path.join(examples, name))].filter(projectName);
}

/** Creates the stack of a project folder unless it is there; a file backend tells without starting pulumi. */
export async function ensureStack({ folder, stack, pulumi, env }) {
  const project = projectName(folder);
  if (!project || stackFile({ project, stack, env })) {
    return;
  }
  makeStateDir(env);
  try {
    await capture([pulumi, "stack", "init", stack, "--no-select", "--non-interactive", "-C", folder], { env });
    say(`Made the stack ${stack} of ${project}`);
  } catch (error) {
    if (!/already exists/.test(error.message)) {
      throw new Stop(`The stack ${stack} of ${project} could not be made.\n${error.message}`);
    }
  }
}

/** A stack's output as the last update left it, when the backend is a folder and the output is plain text. */
export function readOutput({ name, ...place }) {
  const top = readState(place)?.find((resource) => resource.type === "pulumi:pulumi:Stack");
  const value = top?.outputs?.[name];
  return typeof value === "string" ? value : undefined;
}

/** The resources of a stack when the backend is a folder; none before the first update, undefined where they cannot be read. */
export function readState({ folder, stack, env }) {
  const project = projectName(folder);
  const settings = { ...env, ...labSettings(env) };
  if (!project || !backendFolder(settings)) {
    return undefined;
  }
  const file = stackFile({ project, stack, env: settings });
  if (!file) {
    return [];
  }
  return file.endsWith(".json")
    ? (JSON.parse(readFileSync(file, "utf8")).checkpoint.latest?.resources ?? [])
    : undefined;
}

function projectName(folder) {
  const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => path.join(folder, name)).find((name) => existsSync(name));
  return file && readFileSync(file, "utf8").match(/^name:\s*["']?([^\s"'#]+)/m)?.[1];
}

function stackFile({ project, stack, env }) {
  const folder = backendFolder(env);
  const base = folder && path.join(folder, ".pulumi/stacks", project, stack.split("/").at(-1));
  return base && [`${base}.json`, `${base}.json.gz`].find((file) => existsSync(file));
}

function backendFolder(env) {
  const place = env.PULUMI_BACKEND_URL.match(/^file:\/\/([^?]+)/)?.[1]?.replace(/^~(?=\/|$)/, env.HOME ?? os.homedir());
  return place?.startsWith("/") ? place : undefined;
}

function makeStateDir(env) {
  if (env.PULUMI_BACKEND_URL === folderBackend(stateDir)) {
    // What is secret in it is encrypted by a passphrase that is none, unless the user gives one.
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  }
}
