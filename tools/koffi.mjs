import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import path from "node:path";
import { locked } from "./lock.mjs";
import { cacheDir, modulesDir, root } from "./places.mjs";
import { step } from "./progress.mjs";
import { capture, Stop } from "./shell.mjs";

/** What Node loads of koffi, and its licence: the rest is sources and pages. */
const loaded = ["package.json", "LICENSE.txt", "index.cjs", "src/koffi/index.cjs", "src/koffi/src/static.cjs"];

/** The same of the package with the builds for Linux, for glibc and for musl. */
const builds = (arch) => ["package.json", "index.js", `linux_${arch}/koffi.node`, `musl_${arch}/koffi.node`];

const mostMs = 120_000;

/** Puts koffi as Linux of an architecture (x64, arm64) loads it into node_modules of a folder. */
export async function putKoffi(folder, arch, options) {
  const modules = path.join(folder, "node_modules");
  for (const name of loaded) {
    const to = path.join(modules, "koffi", name);
    mkdirSync(path.dirname(to), { recursive: true });
    copyFileSync(path.join(modulesDir, "koffi", name), to);
  }
  const name = `@koromix/koffi-linux-${arch}`;
  const file = await ensurePackage(name, options);
  const to = path.join(modules, name);
  mkdirSync(to, { recursive: true });
  const files = builds(arch).map((each) => `package/${each}`);
  await capture(["tar", "-xzf", file, "-C", to, "--strip-components=1", ...files]);
}

/**
 * The file of a package of package-lock.json that npm installs on other machines only: from the cache, else by npm, from
 * wherever it installs. Both are checked against the lock.
 */
export async function ensurePackage(name, { env = process.env, lock = readLock() } = {}) {
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (!integrity) {
    throw new Stop(
      `package-lock.json says nothing of ${name}: it is to be written where npm's registry has all platforms.`,
    );
  }
  const file = path.join(cacheDir(env), `${path.basename(name)}-${version}.tgz`);
  const isWhole = () => existsSync(file) && sum(file) === integrity;
  await locked(file, async () => isWhole() || fetch(`${name}@${version}`, file, integrity, env), env);
  return file;
}

async function fetch(spec, file, integrity, env) {
  const half = mkdtempSync(`${file}.half-`);
  try {
    await step(`Downloading ${spec}`, () => npmPack(spec, half, env));
    const [packed] = readdirSync(half);
    const got = sum(path.join(half, packed));
    if (got !== integrity) {
      throw new Stop(`npm has brought a ${spec} of ${got}, but package-lock.json has ${integrity}: it is not used.`);
    }
    renameSync(path.join(half, packed), file);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}

async function npmPack(spec, folder, env) {
  // Else npm waits more than a minute for a registry that it does not reach.
  const patience = ["--prefer-offline", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"];
  const argv = ["npm", "pack", spec, "--pack-destination", folder, "--loglevel=error", ...patience];
  try {
    await capture(argv, { cwd: root, env, timeout: mostMs });
  } catch (error) {
    throw new Stop(
      `The archive needs ${spec}, and npm could not get it. Reach npm's registry once: it is kept in ${cacheDir(env)}.\n${error.message}`,
    );
  }
}

function readLock() {
  return JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8"));
}

function sum(file) {
  return `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
}
