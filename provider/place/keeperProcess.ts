import { readdirSync, readFileSync } from "node:fs";

/** A network, mounts and processes of their own, in which this user is root. */
export interface Sandbox {
  name: string;
  /** The process that keeps it, which is the first one in it. */
  pid: number;
  /** When that has started, as /proc/PID/stat has it: a pid may come again. */
  started: string;
}

/** The words that a keeper is known by, before the name. */
export const KEEPER = ["sh", "-c"] as const;
export const MARK = "pulumi-netns-sandbox";

/** Whether it is still that process. One that has ended, and that nobody has asked about yet, is not. */
export function isAlive({ pid, started }: Sandbox): boolean {
  const fields = read(pid, "stat")
    .replace(/^.*\) /s, "")
    .split(" ");
  return fields[19] === started && !/[ZX]/.test(fields[0] ?? "");
}

/** This user's sandboxes by their processes: also those whose record is gone, as at the end of a login. */
export function findKeepers(uid = process.geteuid?.()): Sandbox[] {
  const pids = readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0);
  return pids.flatMap((pid) => {
    const [file, option, , mark, name] = read(pid, "cmdline").split("\0");
    if (file !== KEEPER[0] || option !== KEEPER[1] || mark !== MARK || !name) return [];
    // What it starts has its words for a moment, too.
    if (!new RegExp(`^Uid:\\t${uid}\\t.*^NSpid:.*\\t1$`, "ms").test(read(pid, "status"))) return [];
    const started = read(pid, "stat")
      .replace(/^.*\) /s, "")
      .split(" ")[19];
    return started ? [{ name, pid, started }] : [];
  });
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // It has ended.
    return "";
  }
}
