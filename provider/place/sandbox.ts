import { closeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { NetnsError } from "../errors";
import { needLinux } from "../host/linux";
import { startKeeper, startOwnedKeeper } from "./keeper";
import { findKeepers, isAlive, type Sandbox } from "./keeperProcess";
import { sandboxFolder } from "./sandboxFolder";
import { forgetRecord, lockRecord, readRecord, recordedNames } from "./sandboxRecord";
import { cancelled } from "./whyNoSandbox";

export type { Sandbox } from "./keeperProcess";

/** How long another process may take that makes the same sandbox. */
const OTHER_MS = 30_000;
const END_MS = 10_000;
const PAUSE_MS = 20;

/**
 * The sandbox of a name, made where it is not there; `isNew` says whether it was. It lives until `removeSandbox`, whatever
 * becomes of this process. Two that ask for the same name at once get the same sandbox.
 */
export async function ensureSandbox(
  name: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<{ sandbox: Sandbox; isNew: boolean }> {
  const folder = sandboxFolder();
  const until = Date.now() + OTHER_MS;
  while (Date.now() < until) {
    if (signal?.aborted) throw cancelled(signal);
    const there = await findSandbox(name);
    if (there) return { sandbox: there, isNew: false };
    const lock = await lockRecord(folder, name);
    if (lock === undefined) {
      // Somebody else is making it, or its keeper is ending.
      await wait(PAUSE_MS);
      continue;
    }
    try {
      return { sandbox: await startKeeper(name, lock, signal), isNew: true };
    } finally {
      closeSync(lock);
    }
  }
  throw new NetnsError({
    kind: "timeout",
    tried: `another process has been making the sandbox ${name} for ${OTHER_MS / 1000} s`,
    todo: `End that process, or the sandbox: netns sandbox remove ${name}.`,
  });
}

/** The sandbox of a name, where it is there. */
export async function findSandbox(name: string): Promise<Sandbox | undefined> {
  return readRecord(sandboxFolder(), name) ?? findKeepers().find((keeper) => keeper.name === name);
}

/** The same, which must be there. */
export async function sandboxNamed(name: string): Promise<Sandbox> {
  const sandbox = await findSandbox(name);
  if (sandbox) return sandbox;
  throw new NetnsError({
    kind: "notFound",
    tried: `the sandbox ${name} is not there`,
    said: "this user has none of that name on this machine",
    todo: "`netns sandbox list` has those that are there; `pulumi up` makes that of a stack again, with all that is in it.",
  });
}

/** All sandboxes of this user, by their names. Records of those that have ended are taken away. */
export async function listSandboxes(): Promise<Sandbox[]> {
  const folder = sandboxFolder();
  for (const name of recordedNames(folder)) if (!readRecord(folder, name)) await forgetRecord(folder, name);
  return findKeepers().sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The words that run a command in a sandbox, as its root, which this user is there. They begin in the folder /. */
export function wordsInto({ pid }: Sandbox, argv: readonly string[], net: readonly string[] = ["--net"]): string[] {
  return ["nsenter", `--target=${pid}`, "--user", "--preserve-credentials", ...net, "--mount", "--pid", "--", ...argv];
}

/** Ends all that runs in a sandbox, and with it all that is in it; its record goes, too. */
export async function removeSandbox(sandbox: Sandbox): Promise<void> {
  const until = Date.now() + END_MS;
  await endSandbox(sandbox);
  // The process that waits for the keeper has the record locked until it has ended, too.
  const folder = sandboxFolder();
  while (!(await forgetRecord(folder, sandbox.name)) && !readRecord(folder, sandbox.name) && Date.now() < until)
    await wait(PAUSE_MS);
}

/** The same for one that has no record: see `startOwned`. */
export async function endSandbox(sandbox: Sandbox): Promise<void> {
  // With the first process of a pid namespace, the kernel ends all others, before it is gone itself.
  if (isAlive(sandbox)) process.kill(sandbox.pid, "SIGKILL");
  const until = Date.now() + END_MS;
  while (isAlive(sandbox)) {
    if (Date.now() > until) throw notEnded(sandbox);
    await wait(PAUSE_MS);
  }
}

/**
 * Makes a sandbox that ends when this process does, however it ends. No other of that name may be there, so the caller
 * takes one that nobody else has.
 */
export async function startOwned(name: string): Promise<Sandbox> {
  needLinux();
  return startOwnedKeeper(name);
}

function notEnded({ name, pid }: Sandbox): NetnsError {
  return new NetnsError({
    kind: "timeout",
    tried: `could not end the sandbox ${name}`,
    said: `process ${pid} is still there ${END_MS / 1000} s after SIGKILL`,
    todo: "Something in it waits for the kernel: see `dmesg`.",
  });
}
