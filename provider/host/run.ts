import { availableParallelism } from "node:os";
import pLimit from "p-limit";
import type { Host, RunOptions, RunResult } from "./host";

/** More children than this only wait for the kernel's rtnl lock, and take memory. */
const MAX_CHILDREN = 4 * availableParallelism();
const KILL_AFTER_MS = 2000;
/** Users other than root often have no sbin on their PATH, where `ip` is. */
const SBIN = "/usr/local/sbin:/usr/sbin:/sbin";
/** Where no PATH is set. An empty one would be the folder that we are in. */
const BIN = "/usr/local/bin:/usr/bin:/bin";

const limit = pLimit(MAX_CHILDREN);

/** Runs programs on this machine. */
export const run: Host["run"] = (argv, options) => limit(() => spawn(argv, options));

async function spawn([file = "", ...args]: readonly string[], { stdin, signal }: RunOptions): Promise<RunResult> {
  if (signal.aborted) return { stdout: "", stderr: "", exitCode: undefined, failure: "aborted" };
  // Loaded at the first command: a preview runs none.
  const { execa } = await import("execa");
  const result = await execa(file, args, {
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: KILL_AFTER_MS,
    env: { LC_ALL: "C", PATH: [process.env.PATH || BIN, SBIN].join(":") },
    ...(stdin === undefined ? { stdin: "ignore" as const } : { input: stdin }),
  });
  const { stdout = "", stderr = "", exitCode } = result;
  if (result.isCanceled) return { stdout, stderr, exitCode: undefined, failure: "aborted" };
  if (exitCode !== undefined) return { stdout, stderr, exitCode };
  // EACCES: nowhere on the PATH either, of which a part may not be looked into.
  const isMissing = result.code === "ENOENT" || result.code === "EACCES";
  return { stdout, stderr, exitCode: undefined, failure: isMissing ? "notFound" : "killed" };
}
