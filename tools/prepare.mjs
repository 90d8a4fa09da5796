import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { locked } from "./lock.mjs";
import { distDir, modulesDir, root } from "./places.mjs";
import { step } from "./progress.mjs";
import { capture, Stop } from "./shell.mjs";

const oldestNode = [20, 19];

export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    throw new Stop(`Node ${oldestNode.join(".")} or newer is needed; this is ${version} (${process.execPath}).`);
  }
}

/** Installs the node modules when they are not those of package-lock.json. Returns whether it did. */
export function ensureModules() {
  const wanted = hash(readFileSync(path.join(root, "package-lock.json")));
  return ensure(path.join(modulesDir, ".package-lock.sha256"), wanted, () =>
    step("Installing the node modules", installModules),
  );
}

/** Builds dist/ when its sources changed. Returns whether it did. */
export function ensureBuilt() {
  return ensure(path.join(distDir, ".sources.sha256"), sourcesHash(), () =>
    step("Building the provider", async () => {
      const { build } = await import("./build.mjs");
      await build();
    }),
  );
}

async function ensure(stampFile, wanted, work) {
  const isDone = () => readStamp(stampFile) === wanted;
  if (isDone()) {
    return false;
  }
  return locked(root, async () => {
    if (isDone()) {
      return false;
    }
    await work();
    mkdirSync(path.dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, wanted);
    return true;
  });
}

// The build and the tests need what a user's NODE_ENV=production would leave out.
async function installModules() {
  const npm = (...words) =>
    capture(["npm", ...words, "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root });
  try {
    await npm("ci").catch((error) => {
      if (!error.message.includes("EUSAGE")) {
        throw error;
      }
      // A lock that was written where a registry lacks other platforms' packages is short of those: `npm ci` refuses it.
      return npm("install", "--no-save");
    });
  } catch (error) {
    throw new Stop(`The node modules could not be installed. ${error.message}`);
  }
}

function readStamp(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

// Times and sizes instead of contents: a few hundred files in a few milliseconds, and a touched file only builds once more.
function sourcesHash() {
  const files = [
    ...readdirSync(root).filter((name) => /^(package\.json|tsconfig.*\.json)$/.test(name)),
    ...["tools/build.mjs"],
    ...readdirSync(path.join(root, "provider"), { recursive: true }).map((name) => path.join("provider", name)),
  ];
  const lines = files.sort().map((name) => {
    const { mtimeMs, size, mode } = statSync(path.join(root, name));
    return `${name} ${mtimeMs} ${size} ${mode}`;
  });
  return hash(lines.join("\n"));
}

function hash(content) {
  return createHash("sha256").update(content).digest("hex");
}
