import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { searchPath } from "../host/searchPath";
import { KEEPER, MARK, type Sandbox } from "./keeperProcess";
import { hasRanges } from "./uidRanges";
import { cancelled, noProgram, whyNoSandbox } from "./whyNoSandbox";

const START_MS = 20_000;

/**
 * As the first process there it has to wait for those whose parents have ended, which a shell does. SIGTERM, which else it
 * would not even get, is how who is in there ends it all.
 */
const LIVE_ON = "trap exit TERM; while :; do sleep 86400 & wait; done";
const LIVE_WITH_OWNER = "cat >/dev/null";

/**
 * What a keeper does first, and then lives on. /proc is still the one outside when it reads its pid, as others see it. A
 * container may forbid another /proc or /sys: then those stay as they are. An owned one has no record; without one, a
 * keeper is known by its words from the last exec on.
 */
const SCRIPT = `
set -e
name=$1 life=$2
read -r stat </proc/self/stat
pid=\${stat%% *}
set -- \${stat##*) }
shift 19
mount -n -t tmpfs -o mode=755 tmpfs /run
mkdir /run/netns
mount -n -t proc proc /proc 2>/dev/null || :
mount -n -t sysfs sysfs /sys 2>/dev/null || :
{ echo "{\\"pid\\":$pid,\\"started\\":\\"$1\\"}" >&3; } 2>/dev/null || :
echo "up $pid $1"
exec ${KEEPER.join(" ")} "$life" ${MARK} "$name" >/dev/null 2>&1
`;

/** Starts a sandbox. Into `record`, an open file, it writes itself, and keeps it open as long as it is there. */
export async function startKeeper(name: string, record: number, signal?: AbortSignal): Promise<Sandbox> {
  return start(name, LIVE_ON, ["ignore", "pipe", "pipe", record], signal);
}

/** Starts one that ends with this process: at the end of its stdin, which nobody else has. */
export async function startOwnedKeeper(name: string, signal?: AbortSignal): Promise<Sandbox> {
  return start(name, LIVE_WITH_OWNER, ["pipe", "pipe", "pipe", "ignore"], signal);
}

type Stdio = ("ignore" | "pipe" | number)[];

async function start(name: string, life: string, stdio: Stdio, signal: AbortSignal | undefined): Promise<Sandbox> {
  let said = "";
  for (const ranges of hasRanges() ? [["--map-auto"], []] : [[]]) {
    const own = ["--user", "--map-root-user", ...ranges, "--net", "--mount", "--pid", "--fork", "--kill-child"];
    const argv = [...own, "--", "sh", "-c", SCRIPT, MARK, name, life];
    const env = { PATH: searchPath(), LC_ALL: "C" };
    const child = spawn("unshare", argv, { stdio, detached: true, cwd: "/", env });
    const told = await untilUp(child, signal);
    const [, pid, started] = /^up (\d+) (\d+)$/m.exec(told.out) ?? [];
    if (pid && started) return { name, pid: Number(pid), started };
    child.kill("SIGKILL");
    if (signal?.aborted) throw cancelled(signal);
    said = told.said;
  }
  throw whyNoSandbox(said);
}

/** What it says until it is there, or has failed. From then on it is no concern of this process's end. */
async function untilUp(child: ChildProcess, signal?: AbortSignal): Promise<{ out: string; said: string }> {
  const texts = { out: "", said: "" };
  const [out, err] = [child.stdout as Readable, child.stderr as Readable];
  err.on("data", (chunk) => {
    texts.said += chunk;
  });
  const up = new Promise<void>((resolve) => {
    out.on("data", (chunk) => {
      texts.out += chunk;
      if (/^up .*\n/m.test(texts.out)) resolve();
    });
  });
  const missing = once(child, "error").then(() => Promise.reject(noProgram("unshare")));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const late = wait(START_MS, undefined, { ref: false }).then(() => {
    texts.said += `not there after ${START_MS / 1000} s`;
  });
  try {
    await Promise.race([up, missing, ended, late, ...(signal ? [once(signal, "abort")] : [])]);
    return texts;
  } finally {
    for (const stream of [out, err]) stream.destroy();
    child.unref();
    (child.stdin as unknown as { unref(): void } | null)?.unref();
    child.stdin?.on("error", () => {});
  }
}
