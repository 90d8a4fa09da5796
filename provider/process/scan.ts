import type { Host } from "../host/host";

/** One that belongs to a started process: itself, its minder, a child of theirs. */
export interface Member {
  pid: number;
  session: number;
  /** In the clock ticks of proc_pid_stat(5). */
  started: string;
}

/** Of proc_pid_stat(5), from the third field on. */
const [STATE, PARENT, SESSION, STARTED] = [0, 1, 3, 19] as const;

/** The environment and the mounts of each process say whose it is. */
const SCAN = `
grep -lsF -- "$1" /proc/[0-9]*/environ /proc/[0-9]*/mountinfo
echo
cat /proc/[0-9]*/stat 2>/dev/null
:`;

/** All that bear a badge, and their children, the oldest first; but for those that have ended. */
export async function membersOf(host: Host, badge: string, signal: AbortSignal): Promise<Member[]> {
  const { stdout } = await host.run(["sh", "-c", SCAN, "sh", badge], { signal });
  const [files = "", stats = ""] = stdout.startsWith("\n") ? ["", stdout] : stdout.split("\n\n");
  const members = new Set([...files.matchAll(/^\/proc\/(\d+)\//gm)].map(([, pid]) => Number(pid)));
  const all = new Map(
    [...stats.matchAll(/^(\d+) \(.*\) (.*)$/gm)].map(([, pid, rest = ""]) => [Number(pid), rest.split(" ")]),
  );
  // A child may be told before its parent: until no more come.
  for (let size = -1; size !== members.size; ) {
    size = members.size;
    for (const [pid, fields] of all) if (members.has(Number(fields[PARENT]))) members.add(pid);
  }
  const found = [...members].flatMap((pid) => {
    const [fields = ["X"]] = [all.get(pid)];
    const [state = "", session, started = ""] = [fields[STATE], Number(fields[SESSION]), fields[STARTED]];
    return /[ZX]/.test(state) ? [] : [{ pid, session, started }];
  });
  return found.sort((one, other) => Number(one.started) - Number(other.started) || one.pid - other.pid);
}

/** Whether a process is still the one that was started then. One that has ended, and that nobody has asked about, is not. */
export async function isAlive(host: Host, pid: number, started: string | undefined): Promise<boolean> {
  const stat = await host.readFile(`/proc/${pid}/stat`).catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields?.[STARTED] === started && !/[ZX]/.test(fields?.[STATE] ?? "X");
}
