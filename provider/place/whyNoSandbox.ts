import { readFileSync } from "node:fs";
import { NetnsError } from "../errors";

const TRIED = "could not make a sandbox";

/** What the kernel says of its policies: the text of a file below /proc, undefined where there is none. */
type Read = (path: string) => string | undefined;

interface Process {
  read: Read;
  uid: number | undefined;
}

const here: Process = { read: readHere, uid: process.geteuid?.() };

function readHere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** Of the machine, and not of a container of its own. */
function isRoot({ read, uid }: Process): boolean {
  return uid === 0 && /^0\s+0\s+4294967295$/.test(read("/proc/self/uid_map") ?? "");
}

interface Cause {
  applies(process: Process): boolean;
  said: string;
  todo: string;
}

const setting = (name: string, what: string, { allowed, forbidden, root }: Switch): Cause => ({
  applies: (process) =>
    (root || !isRoot(process)) && process.read(`/proc/sys/${name.replaceAll(".", "/")}`) === forbidden,
  said: `${name} is ${forbidden} here: ${what}`,
  todo:
    `Allow it: sudo sysctl -w ${name}=${allowed} (for good: a line ${name}=${allowed} in a file in /etc/sysctl.d), ` +
    "or run this as root, without a sandbox.",
});

interface Switch {
  allowed: number;
  forbidden: string;
  /** Whether it is for root as well. */
  root: boolean;
}

/** In the order in which they are looked for: the first that applies is the one to see to first. */
const CAUSES: readonly Cause[] = [
  {
    applies: ({ read }) => read("/proc/self/uid_map") === undefined,
    said: "this kernel has no user namespaces (CONFIG_USER_NS)",
    todo: "It takes another kernel, or root, without a sandbox.",
  },
  setting("kernel.unprivileged_userns_clone", "only root may make user namespaces", {
    allowed: 1,
    forbidden: "0",
    root: false,
  }),
  ...["user", "net", "mnt", "pid"].map((kind) =>
    setting(`user.max_${kind}_namespaces`, `nobody may make ${kind} namespaces`, {
      allowed: 15000,
      forbidden: "0",
      root: true,
    }),
  ),
  setting("kernel.apparmor_restrict_unprivileged_userns", "AppArmor lets only root work in user namespaces", {
    allowed: 0,
    forbidden: "1",
    root: false,
  }),
  {
    applies: ({ read }) => /^Seccomp:\s*2$/m.test(read("/proc/self/status") ?? ""),
    said: "a filter of system calls (seccomp) is on this process, as containers and some services have it",
    todo:
      "Allow it where that is started: `--security-opt seccomp=unconfined` of docker and podman run, " +
      "RestrictNamespaces=no of a systemd unit; or run this outside.",
  },
  {
    applies: ({ read }) => !/^\S+ \S+ \S+ \S+ \/ /m.test(read("/proc/self/mountinfo") ?? ""),
    said: "this process is in a chroot, in which the kernel makes no user namespaces",
    todo: "Run it outside, or where / is a mount of its own (pivot_root, as containers and `unshare --root` do not chroot).",
  },
];

/** The error for a sandbox that cannot be made. `said`: by unshare, which is asked last, for it tells no cause apart. */
export function whyNoSandbox(said: string, process: Process = here): NetnsError {
  const cause = CAUSES.find(({ applies }) => applies(process));
  if (!cause) return unknown(said);
  const words = [cause.said, said.trim()].filter(Boolean).join("\n  ");
  return new NetnsError({ kind: "permission", tried: TRIED, said: words, todo: cause.todo });
}

function unknown(said: string): NetnsError {
  return new NetnsError({
    kind: "kernel",
    tried: TRIED,
    said: said.trim() || "unshare has ended early",
    todo:
      "It needs unshare and nsenter of util-linux 2.32 or newer, mount, and a kernel that lets this user make namespaces: " +
      "try `unshare --user --map-root-user --net --mount --pid --fork --kill-child true`.",
  });
}

/** The error for a program that is not there. */
export function noProgram(name: string): NetnsError {
  return new NetnsError({
    kind: "unsupported",
    tried: TRIED,
    said: `there is no program ${name} here`,
    todo: "Install util-linux, which has unshare, nsenter and flock (apt-get install util-linux).",
  });
}

/** The error for what a deadline or a Cancel has ended. */
export function cancelled({ reason }: AbortSignal): NetnsError {
  const isLate = reason instanceof Error && reason.name === "TimeoutError";
  return new NetnsError({ kind: isLate ? "timeout" : "cancelled", tried: TRIED, said: "this run has been ended" });
}
