import type { Kernel } from "../kernel/kernel";
import { listNetns } from "../kernel/netns";
import type { Kind } from "../resources/kind";
import { takeInventory } from "./inventory";

/** What the keeper of a sandbox waits in: see place/keeper.ts. One that an owner ends has another, and is not ended here. */
const KEEPERS = "sleep\u000086400\u0000";

/**
 * Whether nothing is left in the sandbox that this process is in: no namespace that has a name, nothing in its own that
 * somebody has made or set but for its loopback that is up, and no process besides its keeper and this one with its children.
 */
export async function isEmpty(kernel: Kernel, kinds: readonly Kind[]): Promise<boolean> {
  if ((await listNetns(kernel)).length > 0 || (await isInUse(kernel))) return false;
  const { things, uncovered } = await takeInventory(kernel, kinds, [undefined]);
  const isBare = uncovered.length === 0 && things.every(({ inputs }) => isLoopbackUp(inputs));
  // Another run may have come in meanwhile.
  return isBare && !(await isInUse(kernel));
}

function isLoopbackUp({ device, up, ...others }: Record<string, unknown>): boolean {
  return device === "lo" && up === true && Object.keys(others).length === 0;
}

interface Process {
  pid: string;
  parent: string;
  words: string | undefined;
}

/** Whether other processes are there. /proc may have more than those of the sandbox, and shows them all then. */
async function isInUse({ host }: Kernel): Promise<boolean> {
  const read = (pid: string, file: string) => host.readFile(`/proc/${pid}/${file}`).catch(() => undefined);
  const home = async (pid: string) => (await host.stat(`/proc/${pid}/ns/pid`).catch(() => undefined))?.inode;
  const fields = async (pid: string) => (await read(pid, "stat"))?.replace(/^.*\) /s, "").split(" ");
  const [own, ownHome, pids] = await Promise.all([read("self", "stat"), home("self"), host.readFolder("/proc")]);
  const looked = pids.filter(Number).map(async (pid): Promise<Process[]> => {
    const [[state, parent = ""] = [], where, words] = await Promise.all([fields(pid), home(pid), read(pid, "cmdline")]);
    return where !== ownHome || state === undefined || /[ZX]/.test(state) ? [] : [{ pid, parent, words }];
  });
  const all = (await Promise.all(looked)).flat();
  const self = own?.split(" ")[0] ?? "";
  const mine = new Set([self]);
  // Children have later numbers, but for those of a number that came again: what is then missed ends later.
  for (const { pid, parent } of all) if (mine.has(parent)) mine.add(pid);
  const keeper = all.find(({ words }) => words === KEEPERS)?.parent;
  return all.some(({ pid, words }) => !mine.has(pid) && pid !== keeper && words !== KEEPERS);
}
