import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, statfs, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { execa } from "execa";
import pLimit from "p-limit";
import type { FileFacts, Host, RunOptions, RunResult } from "./host";

/** More children than this only wait for the kernel's rtnl lock, and take memory. */
const MAX_CHILDREN = 4 * availableParallelism();
const KILL_AFTER_MS = 2000;
const NSFS_MAGIC = 0x6e736673;
/** Users other than root often have no sbin on their PATH, where `ip` is. */
const SBIN = "/usr/local/sbin:/usr/sbin:/sbin";
/** linux/capability.h */
const CAPABILITIES = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21 };

/** This machine; with `sudo`, every command and every written file goes through `sudo -n`. */
export function localHost({ sudo }: { sudo: boolean }): Host {
  const limit = pLimit(MAX_CHILDREN);
  const run = (argv: readonly string[], options: RunOptions) =>
    limit(() => spawn(sudo ? ["sudo", "-n", "--", ...argv] : argv, options));
  const files = sudo ? filesByCommand(run) : ownFiles;
  return {
    run,
    ...files,
    readFolder: (path) => readdir(path).catch(ifMissing([])),
    stat: (path) => factsOf(path).catch(ifMissing(undefined)),
    missingRights: async () => (sudo ? [] : missingCapabilities(await readFile("/proc/self/status", "utf8"))),
  };
}

async function spawn([file = "", ...args]: readonly string[], { stdin, signal }: RunOptions): Promise<RunResult> {
  if (signal.aborted) return { stdout: "", stderr: "", exitCode: undefined, failure: "aborted" };
  const result = await execa(file, args, {
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: KILL_AFTER_MS,
    env: { LC_ALL: "C", PATH: `${process.env.PATH ?? ""}:${SBIN}` },
    ...(stdin === undefined ? { stdin: "ignore" as const } : { input: stdin }),
  });
  const { stdout = "", stderr = "", exitCode } = result;
  if (result.isCanceled) return { stdout, stderr, exitCode: undefined, failure: "aborted" };
  if (exitCode !== undefined) return { stdout, stderr, exitCode };
  return { stdout, stderr, exitCode: undefined, failure: result.code === "ENOENT" ? "notFound" : "killed" };
}

type Files = Pick<Host, "readFile" | "writeFile" | "removeFiles" | "makeFolder" | "removeFolder">;

const ownFiles: Files = {
  readFile: (path) => readFile(path, "utf8").catch(ifMissing(undefined)),
  writeFile: async (path, text) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    const draft = `${path}.${randomBytes(4).toString("hex")}`;
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, path);
  },
  removeFiles: async (paths) => void (await Promise.all(paths.map((path) => rm(path, { force: true })))),
  makeFolder: async (path) => void (await mkdir(path, { recursive: true, mode: 0o755 })),
  removeFolder: (path) => rmdir(path).catch(() => {}),
};

function filesByCommand(run: Host["run"]): Files {
  const must = async (argv: string[], stdin?: string) => {
    const result = await run(argv, { stdin, signal: AbortSignal.timeout(10_000) });
    if (result.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${result.stderr || result.failure}`);
  };
  return {
    readFile: async (path) => {
      const result = await run(["cat", "--", path], { signal: AbortSignal.timeout(10_000) });
      return result.exitCode === 0 ? result.stdout : undefined;
    },
    writeFile: (path, text) => must(["install", "-D", "-m", "600", "/dev/stdin", path], text),
    removeFiles: (paths) => (paths.length === 0 ? Promise.resolve() : must(["rm", "-f", "--", ...paths])),
    makeFolder: (path) => must(["install", "-d", "-m", "755", path]),
    removeFolder: (path) => must(["rmdir", "--", path]).catch(() => {}),
  };
}

async function factsOf(path: string): Promise<FileFacts> {
  const [file, system] = await Promise.all([stat(path), statfs(path)]);
  return {
    device: file.dev,
    inode: file.ino,
    bornMs: file.birthtimeMs,
    isNamespace: system.type === NSFS_MAGIC,
  };
}

function missingCapabilities(status: string): string[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0"}`);
  return Object.entries(CAPABILITIES)
    .filter(([, bit]) => ((effective >> BigInt(bit)) & 1n) === 0n)
    .map(([name]) => name);
}

function ifMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return instead;
    throw error;
  };
}
