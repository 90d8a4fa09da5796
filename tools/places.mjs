import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

export const modulesDir = path.join(root, "node_modules");

export const distDir = path.join(root, "dist");

export const stateDir = path.join(root, ".pulumi-state");

/** Outside the repository, so that a fresh clone and a removed node_modules keep the engine. */
export function cacheDir(env = process.env) {
  const base = env.XDG_CACHE_HOME || path.join(env.HOME || os.homedir(), ".cache");
  return path.join(base, "pulumi-netns");
}
