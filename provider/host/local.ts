import { lstat, mkdir, readdir, readFile, rename, rm, rmdir, stat, statfs, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { NetnsError } from "../errors";
import { whyForeign } from "./foreign";
import { draftOf, type FileFacts, type Host } from "./host";
import { run } from "./run";

/** linux/magic.h */
const NSFS_MAGIC = 0x6e736673;
/** linux/capability.h */
const CAPABILITIES = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21 };

/** This machine, as the user that runs the process. */
export const localHost: Host = {
  run,
  missingRights: async () => missingCapabilities(await readFile("/proc/self/status", "utf8").catch(noProc)),
  readFile: (path) => readFile(path, "utf8").catch(ifMissing(undefined)),
  writeFile: (path, text) => replaceFile(path, text).catch(again(() => replaceFile(path, text))),
  removeFiles: async (paths) => void (await Promise.all(paths.map((path) => rm(path, { force: true })))),
  makeFolder: async (path, mode = 0o755) => void (await mkdir(path, { recursive: true, mode })),
  whyForeign: async (path) => {
    const found = await lstat(path).catch(ifMissing(undefined));
    return (
      found && whyForeign({ isFolder: found.isDirectory(), uid: found.uid, mode: found.mode }, process.geteuid?.())
    );
  },
  removeFolder: (path) => rmdir(path).catch(() => {}),
  readFolder: (path) => readdir(path).catch(ifMissing([])),
  stat: (path) => factsOf(path).catch(ifMissing(undefined)),
};

async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = draftOf(path);
  try {
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function factsOf(path: string): Promise<FileFacts> {
  const [file, system] = await Promise.all([stat(path), statfs(path)]);
  return {
    device: file.dev,
    inode: file.ino,
    bornSeconds: Math.floor(file.birthtimeMs / 1000),
    changedMs: Math.floor(file.ctimeMs),
    size: file.size,
    access: file.mode & 0o777,
    isNamespace: system.type === NSFS_MAGIC,
  };
}

function missingCapabilities(status: string): string[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0"}`);
  return Object.entries(CAPABILITIES)
    .filter(([, bit]) => ((effective >> BigInt(bit)) & 1n) === 0n)
    .map(([name]) => name);
}

function noProc(error: Error): never {
  throw new NetnsError({
    kind: "unsupported",
    tried: "could not tell which rights the provider has",
    said: error.message,
    todo: "Mount /proc: the provider finds namespaces and settings there.",
  });
}

function ifMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return instead;
    throw error;
  };
}

/** Another process at its end may take the empty folder away between our making it and our writing into it. */
function again<T>(work: () => Promise<T>): (error: NodeJS.ErrnoException) => Promise<T> {
  return (error) => (error.code === "ENOENT" ? work() : Promise.reject(error));
}
