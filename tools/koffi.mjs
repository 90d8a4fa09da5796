import { createHash } from "node:crypto";
import {
  chmodSync,
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

/** Those of Linux that koffi is shipped for, each with a build for glibc and one for musl. */
const architectures = ["x64", "arm64"];

const mostMs = 120_000;

/**
 * Puts koffi into a folder as any Linux loads it from there, for a plugin that is brought to other machines: with the builds
 * that node_modules or the cache have, and all others by npm where `all` is set.
 */
export async function putKoffi(folder, { all = false, env = process.env } = {}) {
  for (const name of loaded) copy(path.join(modulesDir, "koffi", name), path.join(folder, name));
  for (const arch of architectures) {
    const builds = [`linux_${arch}/koffi.node`, `musl_${arch}/koffi.node`];
    // Where koffi itself looks when it has no package for the machine.
    const to = path.join(folder, "build", "koffi");
    const name = `@koromix/koffi-linux-${arch}`;
    const installed = path.join(modulesDir, name);
    if (builds.every((each) => existsSync(path.join(to, each)))) continue;
    if (existsSync(installed)) {
      for (const each of builds) copy(path.join(installed, each), path.join(to, each));
    } else if (all || isWhole(inCache(name, { env }))) {
      const file = await ensurePackage(name, { env });
      mkdirSync(to, { recursive: true });
      const files = builds.map((each) => `package/${each}`);
      await capture(["tar", "-xzf", file, "-C", to, "--strip-components=1", ...files]);
    }
  }
}

function copy(from, to) {
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(from, to);
  // npm has some builds as programs, and some not.
  chmodSync(to, 0o644);
}

/**
 * The file of a package of package-lock.json that npm installs on other machines only: from the cache, else by npm, from
 * wherever it installs. Both are checked against the lock.
 */
export async function ensurePackage(name, { env = process.env, lock = readLock() } = {}) {
  const cached = inCache(name, { env, lock });
  if (!cached.integrity) {
    throw new Stop(
      `package-lock.json says nothing of ${name}: it is to be written where npm's registry has all platforms.`,
    );
  }
  const { spec, file, integrity } = cached;
  await locked(file, async () => isWhole(cached) || fetch(spec, file, integrity, env), env);
  return file;
}

function inCache(name, { env, lock = readLock() }) {
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  const file = path.join(cacheDir(env), `${path.basename(name)}-${version}.tgz`);
  return { spec: `${name}@${version}`, file, integrity };
}

function isWhole({ file, integrity }) {
  return existsSync(file) && sum(file) === integrity;
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
  // That of an `npm pack` around us would have this one bring nothing.
  argv.push("--no-dry-run");
  try {
    await capture(argv, { cwd: root, env, timeout: mostMs });
  } catch (error) {
    throw new Stop(
      `The plugin needs ${spec} for lab hosts, and npm could not get it. Reach npm's registry once: it is kept in ${cacheDir(env)}.\n${error.message}`,
    );
  }
}

function readLock() {
  return JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8"));
}

function sum(file) {
  return `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
}
