import { setTimeout as wait } from "node:timers/promises";
import type { Host } from "../host/host";
import { readLife } from "./record";
import { type Member, membersOf } from "./scan";

const FIRST_MS = 10;
const LONGEST_MS = 200;
/** After SIGKILL a process ends as soon as the kernel gets to it. */
const KILL_MS = 10_000;

export interface Ending {
  folder: string;
  badge: string;
  /** Without SIG. */
  signal: string;
  patienceMs: number;
  /** Nothing is kept of it, its log neither. */
  isForgotten: boolean;
}

/**
 * Ends a process and all of its children: they get the signal, and those that are left after the patience are killed. Answers
 * those that could not be, which only the kernel can hold.
 */
export async function endProcess(host: Host, ending: Ending, signal: AbortSignal): Promise<Member[]> {
  const { folder, badge, patienceMs } = ending;
  const { minder } = readLife(await host.readFile(`${folder}/life`));
  const members = () => membersOf(host, badge, signal);
  const proper = async () => (await members()).filter(({ session }) => session !== minder);
  await send(host, ending.signal, await proper(), signal);
  await until(async () => (await proper()).length === 0, patienceMs, signal);
  const left = await killAll(host, members, signal);
  if (left.length === 0 && ending.isForgotten) await host.run(["rm", "-rf", "--", folder], { signal });
  return left;
}

/** They are stopped first: so none of them can start another one that nobody has seen. */
async function killAll(host: Host, members: () => Promise<Member[]>, signal: AbortSignal): Promise<Member[]> {
  let left: Member[] = [];
  await until(
    async () => {
      let [seen, now] = [-1, await members()];
      for (; now.length > seen; now = await members()) {
        seen = now.length;
        await send(host, "STOP", now, signal);
      }
      await send(host, "KILL", now, signal);
      left = now;
      return now.length === 0;
    },
    KILL_MS,
    signal,
  );
  return left;
}

/** Some may have ended by now. */
async function send(host: Host, name: string, members: readonly Member[], signal: AbortSignal): Promise<void> {
  if (members.length === 0) return;
  await host.run(["kill", "-s", name, "--", ...members.map(({ pid }) => String(pid))], { signal });
}

async function until(isSo: () => Promise<boolean>, mostMs: number, signal: AbortSignal): Promise<void> {
  const end = performance.now() + mostMs;
  for (let pause = FIRST_MS; !(await isSo()); pause = Math.min(2 * pause, LONGEST_MS)) {
    if (signal.aborted || performance.now() > end) return;
    await wait(pause, undefined, { signal }).catch(() => {});
  }
}
