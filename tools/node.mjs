import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { locked } from "./lock.mjs";
import { cacheDir } from "./places.mjs";
import { step } from "./progress.mjs";
import { capture, Stop } from "./shell.mjs";

/** What npm's package `node` gets from a script when it is installed: Node's own build alone. */
const nodePackage = `node-linux-${process.arch}`;

/**
 * Gets another Node from npm: `latest`, or the newest of `24`, `24.21` and the like. Returns the folder that has its `node`, and
 * which version that is.
 */
export async function ensureNode(wanted, env = process.env) {
  const version = await newestOf(wanted, env);
  const folder = path.join(cacheDir(env), `node-v${version}`);
  if (!existsSync(folder)) {
    await locked(folder, () => existsSync(folder) || install(version, folder, env), env);
  }
  return { bin: path.join(folder, "node_modules", nodePackage, "bin"), version };
}

// Without a registry, one that is here already does.
async function newestOf(wanted, env) {
  try {
    const found = JSON.parse(await capture(["npm", "view", `${nodePackage}@${wanted}`, "version", "--json"], { env }));
    return Array.isArray(found) ? found.toSorted(byNumber).at(-1) : found;
  } catch (error) {
    const here = cached(env).filter((version) => wanted === "latest" || `${version}.`.startsWith(`${wanted}.`));
    if (here.length === 0) {
      throw new Stop(`There is no Node ${wanted} to be had as ${nodePackage} from npm. ${error.message}`);
    }
    return here.toSorted(byNumber).at(-1);
  }
}

function cached(env) {
  const names = existsSync(cacheDir(env)) ? readdirSync(cacheDir(env)) : [];
  return names.flatMap((name) => /^node-v(\d+\.\d+\.\d+)$/.exec(name)?.slice(1) ?? []);
}

// In a folder of its own that is renamed when it is whole.
async function install(version, folder, env) {
  mkdirSync(cacheDir(env), { recursive: true });
  const half = mkdtempSync(path.join(cacheDir(env), `half-${process.pid}-`));
  const words = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  try {
    await step(`Getting Node ${version} from npm`, () =>
      capture(["npm", "install", "--prefix", half, ...words, `${nodePackage}@${version}`], { cwd: half, env }),
    );
    renameSync(half, folder);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}

function byNumber(one, other) {
  return one.localeCompare(other, "en", { numeric: true });
}
