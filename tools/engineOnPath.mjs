import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cacheDir } from "./places.mjs";
import { capture, findOnPath, isExecutable } from "./shell.mjs";

export const languageHost = "pulumi-language-nodejs";

/**
 * Looks for a `pulumi` on PATH that can run this project: new enough, and with its Node language host.
 * Returns its path, or the reason why there is none.
 */
export async function engineOnPath({ env = process.env, minimum }) {
  const pulumi = findOnPath("pulumi", env.PATH);
  if (!pulumi) {
    return { reason: "there is no `pulumi` on PATH" };
  }
  const beside = path.join(path.dirname(realpathSync(pulumi)), languageHost);
  if (!isExecutable(beside) && !findOnPath(languageHost, env.PATH)) {
    return { reason: `${pulumi} has no ${languageHost} beside it or on PATH` };
  }
  const version = await versionOf(pulumi, env);
  if (!version) {
    return { reason: `${pulumi} does not say its version` };
  }
  if (isOlder(version, minimum)) {
    return { reason: `${pulumi} is ${version}, and v${minimum} or newer is needed` };
  }
  return { pulumi };
}

export async function askVersion(pulumi, env) {
  try {
    const output = await capture([pulumi, "version"], {
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout: 20_000,
    });
    return output.match(/^v?\d+\.\d+\.\d+\S*/m)?.[0];
  } catch {
    return undefined;
  }
}

// The answer is kept until the file changes, because asking costs 0.1 s and more.
async function versionOf(pulumi, env) {
  const { mtimeMs, size } = statSync(pulumi);
  const stamp = `${mtimeMs}:${size}`;
  const known = readKnown(env);
  if (known[pulumi]?.stamp === stamp) {
    return known[pulumi].version;
  }
  const version = await askVersion(pulumi, env);
  if (version) {
    writeKnown({ ...known, [pulumi]: { stamp, version } }, env);
  }
  return version;
}

function isOlder(version, minimum) {
  const numbers = (text) => text.match(/\d+/g).slice(0, 3).map(Number);
  const [have, want] = [numbers(version), numbers(minimum)];
  const differing = have.findIndex((number, place) => number !== want[place]);
  return differing >= 0 && have[differing] < want[differing];
}

function knownFile(env) {
  return path.join(cacheDir(env), "versions.json");
}

function readKnown(env) {
  try {
    return JSON.parse(readFileSync(knownFile(env), "utf8"));
  } catch {
    return {};
  }
}

function writeKnown(known, env) {
  const file = knownFile(env);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(known));
  renameSync(`${file}.${process.pid}`, file);
}
