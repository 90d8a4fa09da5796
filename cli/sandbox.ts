import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { NetnsError } from "../provider/errors";
import { needLinux } from "../provider/host/linux";
import { localHost } from "../provider/host/local";

/** The half of `netns record` that is in the sandbox: built beside the other. */
const RECORDED = join(__dirname, "recorded.js");

/**
 * Runs that half in a network and mounts of its own, as root there, with or without being root here: what it says in the
 * end, and its exit code.
 */
export async function inSandbox(asked: object): Promise<{ said: string; exitCode: number }> {
  needLinux();
  const missing = await localHost.missingRights();
  const own = missing.length === 0 ? [] : ["--user", "--map-root-user"];
  const argv = [...own, "--net", "--mount", process.execPath, RECORDED, JSON.stringify(asked)];
  const child = spawn("unshare", argv, { stdio: ["inherit", 2, 2, "pipe"] });
  // It takes care of what it has started, and then ends; to a Ctrl-C it listens as well.
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, pass);
  const failed = once(child, "error").then(([error]) => {
    throw noSandbox(`unshare cannot be run (${(error as NodeJS.ErrnoException).code})`);
  });
  const ended = once(child, "exit").then(([code]) => (code as number | null) ?? 1);
  const [said, exitCode] = await Promise.race([Promise.all([text(child.stdio[3] as Readable), ended]), failed]);
  if (said !== "") return { said, exitCode };
  throw noSandbox(own.length === 0 ? "it ended early" : "this user may not make namespaces, or it ended early");
}

function noSandbox(said: string): NetnsError {
  return new NetnsError({
    kind: "unsupported",
    tried: "could not record the script in a sandbox",
    said,
    todo: "Run it as root, and have unshare(1) of util-linux on the PATH.",
  });
}
