import { constants } from "node:os";
import type { ErrorKind } from "../errors";
import type { Host } from "../host/host";
import { SYSTEM_PATH } from "../host/searchPath";
import { type Ready, whenReady } from "./ready";
import { badgeOf, type Life, MARK_VARIABLE, type ProcessRecord } from "./record";
import { startScript } from "./script";

export interface Starting {
  record: ProcessRecord;
  folder: string;
  /** The file of the namespace; absent: the provider's own. */
  namespaceFile: string | undefined;
  ready: Ready | undefined;
  /** Only its record is made. */
  isStopped: boolean;
}

export interface Refused {
  kind: ErrorKind;
  said: string;
  todo: string;
  property?: readonly string[];
}

const UTIL_LINUX =
  "The lab host needs util-linux (nsenter, unshare, setsid, flock, mount), coreutils, grep and a shell.";

interface Failure extends Refused {
  /** Of what that is said. Absent: why it is so, as it was said there. */
  about?(record: ProcessRecord): string | undefined;
}

/** What `failed` of script.ts tells. */
const FAILURES: Record<string, Failure> = {
  folder: { kind: "kernel", said: "its folder cannot be written", todo: "See that there is room below /run." },
  busy: {
    kind: "busy",
    said: "another one is being started in its place, or a part of an earlier one holds the lock of its folder",
    todo: "Wait for that run, and run `pulumi up` again.",
  },
  mount: {
    kind: "permission",
    said: "nothing can be mounted there",
    todo: "A container, seccomp or AppArmor forbids mount(2), which a process of its own view of files needs.",
  },
  files: {
    kind: "user",
    said: "a file cannot be put in its place",
    todo: "See `files`, and /etc/netns: the folder of each path must be there.",
    property: ["files"],
  },
  user: {
    kind: "user",
    said: "that user is not known there",
    todo: "Name a user of the lab host.",
    property: ["user"],
    about: ({ command }) => command.user,
  },
  cwd: {
    kind: "user",
    said: "that folder is not there",
    todo: "Name a folder of the lab host.",
    property: ["cwd"],
    about: ({ command }) => command.cwd,
  },
  program: {
    kind: "user",
    said: "there is no such program on the PATH there",
    todo: "Install it on the lab host, or write its whole path; a PATH of its own is said in `env`. No shell splits words: each is an element of `argv`.",
    property: ["argv"],
    about: ({ command }) => command.argv[0],
  },
};
const ENDED =
  "A Process is what goes on until it is ended: see what it has said, and that it stays in the foreground or leaves a child " +
  "in the background.";
const UNREADY = "See what it has said, and raise `ready.timeoutMs` if it only takes longer.";
const TAIL_LINES = 5;
const TAIL_BYTES = "4096";

/** Starts a process, and waits until it is ready. Answers why it cannot be, or is not. */
export async function startProcess(host: Host, starting: Starting, signal: AbortSignal): Promise<Refused | undefined> {
  const { record, folder, isStopped } = starting;
  if (isStopped) await host.writeFile(`${folder}/record.json`, JSON.stringify(record));
  else {
    const refused = (await start(host, starting, signal)) ?? (await becomeReady(host, starting, signal));
    if (refused) return refused;
  }
  // Without this it is taken for one whose start was interrupted.
  await host.writeFile(`${folder}/ready`, "");
  return undefined;
}

async function start(host: Host, { record, folder, namespaceFile }: Starting, signal: AbortSignal) {
  const into = namespaceFile === undefined ? [] : ["nsenter", `--net=${namespaceFile}`, "--"];
  const own = ["unshare", "--mount", "--propagation", "slave", "--"];
  const bare = ["env", "-i", `PATH=${SYSTEM_PATH}`, `${MARK_VARIABLE}=${badgeOf(record)}`];
  const argv = [...into, ...own, ...bare, "setsid", "--fork", "sh", "-s"];
  const { stdout, stderr, exitCode } = await host.run(argv, { stdin: startScript(record, folder), signal });
  const failure = /^failed (\w+)$/m.exec(stdout)?.[1];
  const said = stderr.trim().split("\n").at(-1) ?? "";
  if (failure !== undefined) {
    const { about, ...refused } = FAILURES[failure] as Failure;
    const what = about?.(record) ?? reasonIn(said);
    return { ...refused, said: what ? `${refused.said}: ${what}` : refused.said };
  }
  if (exitCode === 0) return undefined;
  return {
    kind: "kernel" as const,
    said: said.replace(/^sh: (line )?(\d+: )?/, "") || `it ended with ${exitCode ?? "no exit code"}`,
    todo: UTIL_LINUX,
  };
}

/** What a program has said behind its own name, and what it was given: those are of the script, and none of who wrote the program. */
function reasonIn(said: string): string {
  return said.split(": ").at(-1)?.replace(/\.$/, "") ?? "";
}

async function becomeReady(host: Host, starting: Starting, signal: AbortSignal): Promise<Refused | undefined> {
  const { folder, record, ready } = starting;
  const unready = await whenReady(host, { folder, badge: badgeOf(record), ready }, signal);
  if (!unready) return undefined;
  if ("ended" in unready) return { kind: "user", ...(await whyEnded(host, folder, unready.ended, signal)) };
  const said = `${unready.lacks}; ${await lastWords(host, folder, signal)}`;
  return { kind: "timeout", said, todo: UNREADY, property: ["ready"] };
}

/** Of a process that is to run, and has ended: how, and what to do about that. */
export async function whyEnded(
  host: Host,
  folder: string,
  { exitCode }: Life,
  signal: AbortSignal,
): Promise<Pick<Refused, "said" | "todo">> {
  return { said: `${endInWords(exitCode)}; ${await lastWords(host, folder, signal)}`, todo: ENDED };
}

async function lastWords(host: Host, folder: string, signal: AbortSignal): Promise<string> {
  const logs = [`${folder}/log.1`, `${folder}/log`];
  const { stdout } = await host.run(["tail", "-q", "-c", TAIL_BYTES, "--", ...logs], { signal });
  const log = stdout.trim().split("\n").slice(-TAIL_LINES).join("\n  ").trim();
  return log === "" ? "it has said nothing" : `it has said at last:\n  ${log}`;
}

/** How a process has ended, by what a shell says of it. */
function endInWords(exitCode: number | undefined): string {
  if (exitCode === undefined) return "it has ended, and nobody has seen how";
  const name = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0];
  return `it has ended with ${name ?? `exit code ${exitCode}`}`;
}
