import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { locked } from "../lock.mjs";
import { requireOwn } from "../owner.mjs";
import { cacheDir } from "../places.mjs";
import { step } from "../progress.mjs";
import { capture, findOnPath, Stop } from "../shell.mjs";

/** Debian's kernels by Node's word for the processor: the package that stands for the newest, and what runs them. */
const MACHINES = {
  x64: { newest: "linux-image-amd64", program: "qemu-system-x86_64", from: "qemu-system-x86" },
  arm64: { newest: "linux-image-arm64", program: "qemu-system-aarch64", from: "qemu-system-arm" },
};

const MACHINE = MACHINES[process.arch];

/** Why no other kernel can run here; undefined where one can. */
export function whyNoKernel() {
  if (!MACHINE) return `no kernel of Debian's is known here for ${process.arch}`;
  if (process.getuid?.() !== 0) return "it has all files of this machine, so only root may start it";
  const programs = { [MACHINE.program]: MACHINE.from, depmod: "kmod", busybox: "busybox-static", "apt-get": "apt" };
  const missing = Object.keys(programs).filter((name) => findOnPath(name, searchPath()) === undefined);
  return missing.length > 0
    ? missing.map((name) => `${name} is missing (Debian's ${programs[name]})`).join("; ")
    : undefined;
}

export const qemu = MACHINE?.program;

/**
 * Gets Debian's newest kernel, unpacked and not installed. Returns its version, its image and the folder of its modules.
 * Where Debian is not to be reached, one that is here already does.
 */
export async function ensureKernel(env = process.env) {
  requireOwn(cacheDir(env), env);
  const name = await newest(env);
  const folder = path.join(cacheDir(env), `kernel-${name.replace(/^linux-image-/, "")}`);
  if (!existsSync(folder)) {
    await locked(folder, () => existsSync(folder) || install(name, folder, env), env);
  }
  requireOwn(folder, env);
  const [version] = readdirSync(path.join(folder, "lib/modules"));
  const image = path.join(folder, "boot", `vmlinuz-${version}`);
  return { version, image, modules: path.join(folder, "lib/modules", version) };
}

async function newest(env) {
  try {
    const told = await capture(["apt-cache", "depends", MACHINE.newest], { env });
    const [, name] = /Depends: (linux-image-\S+)/.exec(told) ?? [];
    if (!name) throw new Error(`${MACHINE.newest} is not in its lists (apt-get update)`);
    return name;
  } catch (error) {
    const here = existsSync(cacheDir(env)) ? readdirSync(cacheDir(env)) : [];
    const kernels = here.filter((entry) => entry.startsWith("kernel-"));
    const last = kernels.toSorted((one, other) => one.localeCompare(other, "en", { numeric: true })).at(-1);
    if (!last) throw new Stop(`Debian's kernel is not to be had from apt: ${error.message}`);
    return last.replace("kernel-", "linux-image-");
  }
}

// In a folder of its own that is renamed when it is whole.
async function install(name, folder, env) {
  mkdirSync(cacheDir(env), { recursive: true });
  const half = mkdtempSync(path.join(cacheDir(env), `half-${process.pid}-`));
  try {
    await step(`Getting Debian's ${name} from apt, which stays uninstalled`, async () => {
      await capture(["apt-get", "-qq", "download", name], { cwd: half, env });
      const [file] = readdirSync(half);
      await capture(["dpkg-deb", "--extract", path.join(half, file), half], { env });
      rmSync(path.join(half, file));
      const [version] = readdirSync(path.join(half, "lib/modules"));
      await capture([findOnPath("depmod", searchPath()), "-b", half, version], { env });
    });
    renameSync(half, folder);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}

/** Debian's PATH of a plain user lacks the folder of depmod. */
function searchPath() {
  return `${process.env.PATH ?? ""}:/usr/sbin:/sbin`;
}
