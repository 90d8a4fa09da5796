import { setTimeout as wait } from "node:timers/promises";
import type { Host } from "../host/host";
import { SYSTEM_PATH } from "../host/searchPath";
import type { Transport } from "../host/socketTable";
import { isListening } from "./listening";
import { type Life, readLife } from "./record";
import { isAlive, membersOf } from "./scan";

/** What shows that a process can be used. All of it must be so. */
export interface Ready {
  tcp?: number | undefined;
  udp?: number | undefined;
  /** A regular expression that a line of its output matches. */
  line?: string | undefined;
  command?: readonly string[] | undefined;
  /** 10 s where left out. */
  timeoutMs?: number | undefined;
}

interface Started {
  folder: string;
  badge: string;
  ready: Ready | undefined;
}

const FIRST_MS = 5;
const LONGEST_MS = 100;
/** So long a minder may take to write down how its process has ended. */
const SAY_MS = 5000;
const USUAL_MS = 10_000;
/** So long a minder may take until it has started its process, which is no time of that. */
const START_MS = 10_000;
const UNSTARTED = "its shell has not come to start it";
/** Without a word about when it is ready, it has to run for so long. */
const LEAST_MS = 250;
/** A port that is listened on at the first look is another one's: with that it has to run for so long. */
const BESIDE_MS = 1000;
const TOO_YOUNG = "it has been started just now";

/** Waits until a process is ready. Answers why it is not, or undefined where it is. */
export async function whenReady(host: Host, started: Started, signal: AbortSignal): Promise<Unready | undefined> {
  const { folder, ready } = started;
  const answers: Answers = {};
  let [begun, mostMs, leastMs] = [performance.now(), START_MS, 0];
  for (let [pause, isUp] = [FIRST_MS, false]; ; pause = Math.min(2 * pause, LONGEST_MS)) {
    const life = await lifeOf(host, folder);
    const end = await endOf(host, started, life, signal);
    if (end !== undefined) return { ended: end };
    if (!isUp && life.pid !== undefined) {
      [isUp, begun] = [true, performance.now()];
      mostMs = ready ? (ready.timeoutMs ?? USUAL_MS) : LEAST_MS;
      if (await listensAnywhere(host, life, ready)) leastMs = Math.min(BESIDE_MS, mostMs);
    }
    const leftMs = Math.max(1, Math.round(mostMs - (performance.now() - begun)));
    const within = AbortSignal.any([signal, AbortSignal.timeout(leftMs)]);
    const young = leftMs > 1 ? TOO_YOUNG : undefined;
    const lacks = !isUp ? UNSTARTED : ready ? await lackOf(host, folder, life, ready, answers, within) : young;
    if (lacks === undefined && performance.now() - begun >= leastMs) return undefined;
    if (signal.aborted || performance.now() - begun > mostMs) return { lacks: lacks ?? TOO_YOUNG };
    await wait(pause, undefined, { signal }).catch(() => {});
  }
}

/** What its command has answered last, which counts where the time is up during the next try. */
interface Answers {
  ofCommand?: string;
}

export type Unready = { ended: Life } | { lacks: string };

/** What is known of a process. Of one that has just ended its minder is about to say how. */
export async function lifeOf(host: Host, folder: string): Promise<Life> {
  const until = performance.now() + SAY_MS;
  for (;;) {
    const life = readLife(await host.readFile(`${folder}/life`));
    const { pid, started, minder, exitCode } = life;
    if (pid === undefined || exitCode !== undefined || (await isAlive(host, pid, started))) return life;
    const isMinded = (await host.readFile(`/proc/${minder}/stat`).catch(() => undefined)) !== undefined;
    if (!isMinded || performance.now() > until) return readLife(await host.readFile(`${folder}/life`));
    await wait(FIRST_MS);
  }
}

/** How it has ended, where it has: it may have gone to the background, and left its children. */
async function endOf(host: Host, { badge }: Started, life: Life, signal: AbortSignal): Promise<Life | undefined> {
  if (life.pid === undefined) return life.exitCode === undefined ? undefined : life;
  return (await runs(host, badge, life, signal)) === undefined ? life : undefined;
}

/**
 * The number of a process as long as it is there; that of its oldest child where the process itself has gone to the background, and so
 * has ended without an error.
 */
export async function runs(host: Host, badge: string, life: Life, signal: AbortSignal): Promise<number | undefined> {
  const { pid, started, minder, exitCode } = life;
  if (pid !== undefined && (await isAlive(host, pid, started))) return pid;
  if (pid === undefined || (exitCode ?? 0) !== 0) return undefined;
  return (await membersOf(host, badge, signal)).find(({ session }) => session !== minder)?.pid;
}

async function listensAnywhere(host: Host, { minder = 0 }: Life, { tcp, udp }: Ready = {}): Promise<boolean> {
  return (
    (tcp !== undefined && (await isListening(host, minder, "tcp", tcp))) ||
    (udp !== undefined && (await isListening(host, minder, "udp", udp)))
  );
}

async function lackOf(
  host: Host,
  folder: string,
  { minder = 0, before }: Life,
  { tcp, udp, line, command }: Ready,
  answers: Answers,
  signal: AbortSignal,
): Promise<string | undefined> {
  const listens = (transport: Transport, port: number) => isListening(host, minder, transport, port);
  if (tcp !== undefined && !(await listens("tcp", tcp))) return `nothing listens on tcp port ${tcp} there`;
  if (udp !== undefined && !(await listens("udp", udp))) return `nothing listens on udp port ${udp} there`;
  if (line !== undefined && !(await hasLine(host, folder, before, new RegExp(line))))
    return "no line of its output matches";
  if (command === undefined) return undefined;
  const way = ["nsenter", `--target=${minder}`, "--net", "--mount", "--", "env", "-i", `PATH=${SYSTEM_PATH}`];
  const { exitCode, stdout, stderr } = await host.run([...way, ...command], { signal });
  if (exitCode === 0) return undefined;
  if (signal.aborted) return answers.ofCommand ?? "the command of `ready` was not at its end in time";
  const said = `${stdout}\n${stderr}`.trim().split("\n").at(-1);
  answers.ofCommand = `the command of \`ready\` ended with ${exitCode ?? "no exit code"}${said ? `: ${said}` : ""}`;
  return answers.ofCommand;
}

async function hasLine(host: Host, folder: string, before: Life["before"], pattern: RegExp): Promise<boolean> {
  return (await linesSince(host, folder, before)).some((line) => pattern.test(line));
}

/** What it has said, as much of that as is kept: the log has also what an earlier one in its place has said. */
async function linesSince(host: Host, folder: string, before: Life["before"]): Promise<string[]> {
  const logs = await Promise.all(
    [`${folder}/log.1`, `${folder}/log`].map(async (path) => {
      const [text = "", file] = [await host.readFile(path), await host.stat(path)];
      return { lines: linesOf(text), isBegun: file !== undefined && file.inode === before?.inode };
    }),
  );
  const begun = logs.findIndex(({ isBegun }) => isBegun);
  return logs.slice(Math.max(0, begun)).flatMap(({ lines, isBegun }) => (isBegun ? lines.slice(before?.lines) : lines));
}

/** Behind the last newline no line has begun yet: it is no empty one. */
function linesOf(text: string): string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
