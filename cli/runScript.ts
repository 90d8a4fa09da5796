import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { checked, system } from "../provider/netlink/system";
import { exitCodes } from "./exitCodes";

/** PR_SET_CHILD_SUBREAPER of linux/prctl.h: what is left behind by who started it becomes our child. */
const CHILD_SUBREAPER = 36;
/** So long a script that is told to end may take for it. */
const LAST_MS = 2000;
/** As timeout(1) has it. */
const TIMED_OUT = 124;
const MOST_TRIES = 100;

export interface Ended {
  exitCode: number;
  hasTimedOut: boolean;
  /** The programs that it has left running. */
  left: string[];
}

/** Runs a script to its end, or for so long; `then` looks what is there, while what it left still runs. After it nothing does. */
export async function runScript(
  { argv, timeoutMs }: { argv: readonly string[]; timeoutMs: number },
  then: (ended: Ended) => Promise<void>,
): Promise<Ended> {
  checked(system().prctl(CHILD_SUBREAPER, 1), "prctl");
  let isOver = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void endAll().finally(() => process.exit(isOver ? 0 : 130)));
  }
  try {
    const ended = await run(argv, timeoutMs);
    await then(ended);
    return ended;
  } finally {
    isOver = true;
    await endAll();
  }
}

async function run(argv: readonly string[], timeoutMs: number): Promise<Ended> {
  const [file = "", ...words] = isExecutable(argv[0]) ? argv : ["sh", ...argv];
  const child = spawn(file.includes("/") || file === "sh" ? file : `./${file}`, words, { stdio: ["inherit", 2, 2] });
  const failed = once(child, "error").then((): number => exitCodes.notExecutable);
  // Not its output's end, which what it has started may keep open.
  const exited = once(child, "exit").then(([code, signal]): number => code ?? 128 + (signal === "SIGKILL" ? 9 : 15));
  const patience = new AbortController();
  const late = wait(timeoutMs, "late" as const, { signal: patience.signal }).catch(() => "late" as const);
  const first = await Promise.race([exited, failed, late]);
  patience.abort();
  if (first === "late") {
    child.kill("SIGTERM");
    await Promise.race([exited, wait(LAST_MS)]);
  }
  const exitCode = first === "late" ? TIMED_OUT : first;
  return { exitCode, hasTimedOut: first === "late", left: running().map(({ name }) => name) };
}

function isExecutable(file = ""): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Process {
  pid: number;
  parent: number;
  name: string;
}

/** Those that come from this one and have not ended. */
function running(): Process[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap(processOf);
  const ours = new Set([process.pid]);
  // A child may have a lower number than its parent.
  for (let count = 0; count < ours.size; ) {
    count = ours.size;
    for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
  }
  return all.filter(({ pid }) => pid !== process.pid && ours.has(pid));
}

function processOf(pid: string): Process[] {
  try {
    const [, name = "", state, parent] =
      /^\d+ \((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return state === "Z" ? [] : [{ pid: Number(pid), parent: Number(parent), name }];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

async function endAll(): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const left = running();
    if (left.length === 0) return;
    for (const { pid } of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
    await wait(10);
  }
}
