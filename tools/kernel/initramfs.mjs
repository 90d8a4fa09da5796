import { chmodSync, copyFileSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { capture, findOnPath, run } from "../shell.mjs";

const init = fileURLToPath(new URL("init.sh", import.meta.url));

/** What a kernel of Debian's lacks until it has a root: all of it is in modules. */
const MODULES = ["virtio_pci", "9pnet_virtio", "9p", "overlay", "virtio_console"];

/**
 * What tests start hundreds of times: kept in memory with its libraries, for each file of the machine that is opened takes
 * QEMU a hundredth of a second.
 */
const OFTEN =
  "bash bridge cat chmod dash dd ethtool grep install ip ls mkdir mount mv nsenter ping readlink rm rmdir setpriv sh sleep stat sysctl tc umount unshare".split(
    " ",
  );

const FOLDERS = ["bin", "modules", "proc", "sys", "dev", "machine", "memory/etc", "layer", "written", "root"];

/** Writes the file system that the kernel begins with: busybox, these modules and init.sh. Returns the file. */
export async function makeInitramfs(kernel, out, scratch) {
  const root = path.join(scratch, "initramfs");
  for (const folder of FOLDERS) mkdirSync(path.join(root, folder), { recursive: true });
  copyFileSync(findOnPath("busybox"), path.join(root, "bin/busybox"));
  const modules = withWhatTheyNeed(kernel.modules);
  for (const file of modules)
    copyFileSync(path.join(kernel.modules, file), path.join(root, "modules", path.basename(file)));
  writeFileSync(path.join(root, "modules/order"), modules.map((file) => `${path.basename(file)}\n`).join(""));
  await keepInMemory(path.join(root, "memory"));
  const text = readFileSync(init, "utf8").replace("b=/bin/busybox\n", `$&VERSION=${kernel.version}\nOUT=${out}\n`);
  writeFileSync(path.join(root, "init"), text);
  chmodSync(path.join(root, "init"), 0o755);
  const file = `${root}.cpio`;
  await capture(["sh", "-c", 'find . | busybox cpio -o -H newc > "$0"', file], { cwd: root });
  return file;
}

/** In the order in which they are to be loaded. */
function withWhatTheyNeed(folder) {
  const lines = readFileSync(path.join(folder, "modules.dep"), "utf8").split("\n");
  const all = MODULES.flatMap((name) => {
    const line = lines.find((one) => one.split(":")[0].endsWith(`/${name}.ko`));
    // One that is not a module is built in.
    const [file, ...needed] = line?.split(/:? +|:$/).filter(Boolean) ?? [];
    return file ? [...needed.reverse(), file] : [];
  });
  return [...new Set(all)];
}

async function keepInMemory(root) {
  const programs = OFTEN.map((name) => findOnPath(name, "/usr/sbin:/usr/bin:/sbin:/bin")).filter(Boolean);
  const { output } = await run(["ldd", ...programs]);
  const libraries = output.match(/(?<=^\t(?:\S+ => )?)\/\S+(?= \(0x)/gm) ?? [];
  for (const file of new Set([...programs, ...libraries])) {
    // By the name that it is asked for, in the place where that leads to.
    const place = path.join(root, realpathSync(path.dirname(file)));
    mkdirSync(place, { recursive: true });
    copyFileSync(file, path.join(place, path.basename(file)));
  }
  copyFileSync("/etc/ld.so.cache", path.join(root, "etc/ld.so.cache"));
}
