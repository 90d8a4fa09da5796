import { rmSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { scratch } from "../../test/support/engine/project";
import type { LabHost } from "../../test/support/labHost/labHost";
import { Alone } from "../contenders/alone";
import { settle } from "../settle";
import type { Lab, Lists } from "../shapes/shape";

interface Plugin {
  folder: string;
  env?: NodeJS.ProcessEnv;
}

/** The most that an answer of our own provider may take. */
const RECORD_MS = 600_000;

let plugin: Promise<Plugin> | undefined;
const states = new Map<string, Promise<string>>();

/** The provider that does nothing, bundled as ours is, so that it starts no slower. */
export function nothing(): Promise<Plugin> {
  plugin ??= bundle();
  return plugin;
}

/** The same, with the outputs that our Topology has for this lab: the engine's state is as large then. */
export async function nothingWithState(host: LabHost, { shape, n }: Lab): Promise<Plugin> {
  const { folder } = await nothing();
  const file = path.join(folder, `${shape.id}-${n}`);
  const state = states.get(file) ?? record(host, shape.inputs(n), file);
  states.set(file, state);
  return { folder, env: { BENCH_STATE: await state } };
}

/** Has our provider make it once, and writes down the outputs. */
async function record(host: LabHost, lists: Lists, file: string): Promise<string> {
  const alone = new Alone(host, RECORD_MS);
  await alone.up(lists);
  await writeFile(file, alone.recorded?.properties.serializeBinary() ?? "");
  await alone.destroy();
  await settle(host);
  return file;
}

async function bundle(): Promise<Plugin> {
  const folder = await scratch("nothing");
  process.on("exit", () => rmSync(folder, { recursive: true }));
  const executable = path.join(folder, "pulumi-resource-netns");
  await build({
    entryPoints: [path.join(__dirname, "main.ts")],
    outfile: executable,
    bundle: true,
    platform: "node",
    target: "node20",
    minifySyntax: true,
    logLevel: "warning",
    banner: { js: "#!/usr/bin/env node" },
  });
  await chmod(executable, 0o755);
  return { folder };
}
