import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { downloadEngine } from "./download.mjs";
import { askVersion, engineOnPath, languageHost } from "./engineOnPath.mjs";
import { buildEngine } from "./goBuild.mjs";
import { locked } from "./lock.mjs";
import { requireOwn } from "./owner.mjs";
import { cacheDir } from "./places.mjs";
import { say } from "./progress.mjs";
import { isExecutable, Stop } from "./shell.mjs";

const engineVersion = "3.250.0";

const officialWays = [
  { name: "downloading Pulumi's engine", get: downloadEngine },
  { name: "building the engine from Go modules", get: buildEngine },
];

/**
 * Finds Pulumi's engine with its Node language host, or gets it: from PATH, from an earlier set-up, by download, by
 * building. Returns the program and, when PATH does not hold it, the folder to put in front of PATH.
 */
export async function ensureEngine({
  env = process.env,
  version = env.NETNS_ENGINE_VERSION || engineVersion,
  ways = officialWays,
  ...options
} = {}) {
  requireOwn(cacheDir(env), env);
  const onPath = await engineOnPath({ env, minimum: version });
  if (onPath.pulumi) {
    return { pulumi: onPath.pulumi };
  }
  const folder = path.join(cacheDir(env), `engine-v${version}`);
  if (!isReady(folder)) {
    const want = { folder, env, version, ...options };
    await locked(folder, () => isReady(folder) || get(want, ways, onPath.reason), env);
  }
  const bin = path.join(folder, "bin");
  requireOwn(bin, env);
  return { pulumi: path.join(bin, "pulumi"), folder: bin };
}

async function get(want, ways, whyNotPath) {
  const failures = [whyNotPath];
  for (const { name, get } of ways) {
    say(`${failures.at(-1)}; now ${name}`);
    try {
      await install(want, get);
      return;
    } catch (error) {
      failures.push(`${name} failed: ${error.message}`);
    }
  }
  throw new Stop(noWay(failures, want.version));
}

// Built in a folder of its own and renamed when whole, so that nobody ever sees, or is left with, half an engine.
async function install({ folder, ...want }, get) {
  const parent = path.dirname(folder);
  mkdirSync(parent, { recursive: true });
  removeLeftovers(parent);
  const half = mkdtempSync(path.join(parent, `half-${process.pid}-`));
  try {
    const bin = path.join(half, "bin");
    await get({ ...want, bin });
    await requireWhole(half, want.env);
    rmSync(folder, { recursive: true, force: true });
    renameSync(half, folder);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}

async function requireWhole(folder, env) {
  if (!isReady(folder)) {
    throw new Error(`it did not bring both pulumi and ${languageHost}`);
  }
  if (!(await askVersion(path.join(folder, "bin/pulumi"), env))) {
    throw new Error("the pulumi that it brought does not run here");
  }
}

function isReady(folder) {
  return ["pulumi", languageHost].every((program) => isExecutable(path.join(folder, "bin", program)));
}

// Of set-ups that were killed.
function removeLeftovers(parent) {
  readdirSync(parent)
    .filter((name) => name.startsWith("half-") && !isAlive(Number(name.split("-")[1])))
    .forEach((name) => void rmSync(path.join(parent, name), { recursive: true, force: true }));
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

function noWay(failures, version) {
  return [
    "Pulumi's engine is not here and could not be got:",
    ...failures.map((failure) => `  - ${failure.replaceAll("\n", "\n    ")}`),
    "Any one of these helps:",
    `  - install Pulumi ${version} or newer with its Node language host, and have it on PATH (https://www.pulumi.com/docs/install/);`,
    "  - reach Pulumi's site, by a proxy (HTTPS_PROXY) or by a mirror of its releases (NETNS_ENGINE_URL=https://...);",
    "  - install Go 1.25 or newer and reach a module proxy (GOPROXY).",
  ].join("\n");
}
