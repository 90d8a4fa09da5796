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
  const fields = fieldsOf(pid);
  return fields[19] === started && !/[ZX]/.test(fields[0] ?? "");
}

/** This user's sandboxes by their processes: also those whose record is gone, as at the end of a login. */
export function findKeepers(): Sandbox[] {
  const pids = readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0);
  return pids.flatMap((pid) => {
    const name = nameOfKeeper(pid);
    const started = name && fieldsOf(pid)[19];
    return name && started ? [{ name, pid, started }] : [];
  });
}

/** Which sandbox of this user a process keeps, if it is a keeper. */
export function nameOfKeeper(pid: number): string | undefined {
  const [file, option, , mark, name] = read(pid, "cmdline").split("\0");
  if (file !== KEEPER[0] || option !== KEEPER[1] || mark !== MARK || !name) return undefined;
  // What it starts has its words for a moment, too.
  const isOurs = new RegExp(`^Uid:\\t${process.geteuid?.()}\\t.*^NSpid:.*\\t1$`, "ms").test(read(pid, "status"));
  return isOurs ? name : undefined;
}

/** Of proc_pid_stat(5), from the third one on. */
function fieldsOf(pid: number): string[] {
  return read(pid, "stat")
    .replace(/^.*\) /s, "")
    .split(" ");
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // It has ended.
    return "";
  }
}
