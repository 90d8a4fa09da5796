import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { LabHost } from "../../test/support/labHost";
import { pluginsOf } from "../../test/support/plugins";
import { makeProject, remove } from "../../test/support/project";
import { Stack } from "../../test/support/pulumi";
import { edited, type Host, mustBeUp, star } from "../star";
import { type Contender, type Round, seconds } from "./contender";

interface EngineOptions extends Pick<Contender, "id" | "title" | "prepare"> {
  program: (hosts: Host[]) => string;
  /** The folder of the provider in the place of ours. */
  plugin?: () => Promise<string>;
  env?: () => NodeJS.ProcessEnv;
  /** Whether there is anything on the host to look at. */
  isReal?: boolean;
  /** Whether the ups of what has not changed, and of what has in one place, are measured as well. */
  isEdited?: boolean;
}

/** A program that the real engine runs with its own defaults, in a stack whose state is a folder. */
export function throughEngine(options: EngineOptions): Contender {
  const { id, title, prepare, program, plugin, env, isReal = true, isEdited = true } = options;
  return { id, title, prepare, round };

  async function round(host: LabHost, n: number, limitMs: number): Promise<Round> {
    const hosts = star(n);
    const folder = await makeProject(program(hosts), plugin ? { plugin: await plugin() } : {});
    const stack = await Stack.open({ host, folder, ...(env ? { env: env() } : {}) });
    const peak = watch(host);
    try {
      const up = await operation(stack, "up", limitMs);
      if (isReal) await mustBeUp(host, n);
      const later: Partial<Round> = {};
      if (isEdited) {
        later.noChange = await operation(stack, "up", limitMs);
        await writeFile(path.join(folder, "index.js"), program(edited(hosts)));
        later.oneChange = await operation(stack, "up", limitMs);
      }
      const down = await operation(stack, "destroy", limitMs);
      return { up, ...later, down, peakMiB: await peak() };
    } finally {
      await peak();
      await stack.close();
      await remove(folder);
    }
  }
}

export function operation(stack: Stack, command: "up" | "destroy", limitMs: number): Promise<number> {
  return seconds(async () => {
    const { exitCode, timedOut, stdout, stderr } = await stack.start(command, {}, { timeoutMs: limitMs });
    if (timedOut) throw new Error(`pulumi ${command} took more than ${limitMs / 1000} s`);
    if (exitCode !== 0) throw new Error(`pulumi ${command} ended with ${exitCode}\n${stdout}\n${stderr}`);
  });
}

/** Looks at the plugins now and then, until it is asked for the most memory that one of them has had. */
function watch(host: LabHost): () => Promise<number> {
  let most = 0;
  const look = async () => {
    for (const pid of await pluginsOf(host)) most = Math.max(most, await peakOf(pid));
  };
  // The kernel keeps the peak: only what is used in the last second is missed.
  const timer = setInterval(look, 1000);
  return async () => {
    clearInterval(timer);
    return most;
  };
}

/** The most memory in MiB that a process has had; 0 when it is gone. */
export async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
