import { writeFile } from "node:fs/promises";
import path from "node:path";
import { makeProject, remove } from "../../test/support/engine/project";
import { Stack } from "../../test/support/engine/pulumi";
import type { LabHost } from "../../test/support/labHost/labHost";
import { mustBeUp } from "../mustBeUp";
import type { Lab } from "../shapes/shape";
import { type Contender, type Round, seconds } from "./contender";
import { watch } from "./memory";

export type Program = (lab: Lab, isEdited?: boolean) => string;

interface EngineOptions extends Pick<Contender, "id" | "title" | "prepare"> {
  program: Program;
  /** A provider in the place of ours that makes nothing: its folder, and what its environment is to have. */
  plugin?: (host: LabHost, lab: Lab) => Promise<{ folder: string; env?: NodeJS.ProcessEnv }>;
  env?: NodeJS.ProcessEnv;
  /** Whether the ups of what has not changed, and of what has in one place, are measured as well. */
  isEdited?: boolean;
}

/** A program that the real engine runs with its own defaults, in a stack whose state is a folder. */
export function throughEngine(options: EngineOptions): Contender {
  const { id, title, prepare, program, plugin, env, isEdited = true } = options;
  return { id, title, prepare, round };

  async function round(host: LabHost, lab: Lab, limitMs: number): Promise<Round> {
    const { inputs, hand } = lab.shape;
    const other = await plugin?.(host, lab);
    const folder = await makeProject(program(lab), other ? { plugin: other.folder } : {});
    const stack = await Stack.open({ host, folder, env: { ...env, ...other?.env } });
    const peak = other ? async () => 0 : watch(host);
    const up = async (isNow = false) => {
      const took = await operation(stack, "up", limitMs);
      if (!other) await mustBeUp(host, inputs(lab.n, isNow));
      return took;
    };
    try {
      const times: Round = { up: await up(), down: 0 };
      if (isEdited) {
        times.noChange = await up();
        await writeFile(path.join(folder, "index.js"), program(lab, true));
        times.oneChange = await up(true);
      }
      if (isEdited && !other) {
        await host.run(["sh", "-c", hand(lab.n)]);
        times.oneRepair = await up(true);
      }
      times.down = await operation(stack, "destroy", limitMs);
      const peakMiB = await peak();
      return peakMiB === 0 ? times : { ...times, peakMiB };
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
