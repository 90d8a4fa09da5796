import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Sandbox, startOwned } from "../provider/place/sandbox";
import { KEY_SETTINGS } from "./key";

/** The folder of a lab as what runs in its sandbox sees it: /run there is memory of its own, and ends with it. */
export const FOLDER = "/run/lab";
/** How the engine knows the one stack there. */
const PROJECT = "lab";
export const STACK = "test";

/** Configuration as `pulumi config` has it, by `netns:KEY`, or by `KEY` for the program's own. */
export type LabConfig = Readonly<Record<string, unknown>>;

/** What each lab has of its own: a sandbox, and in it all files that the engine wants. */
export interface Place {
  sandbox: Sandbox;
  /** FOLDER, as this process sees it. */
  outside: string;
  /** How many runs of the engine there have been: each has sockets of its own. */
  runs: number;
}

/** Makes it, without asking the engine: of a stack in which nothing is yet it wants these files. */
export async function makePlace(config: LabConfig): Promise<Place> {
  const sandbox = await startOwned(`test-${process.pid}-${randomBytes(6).toString("hex")}`);
  const outside = `/proc/${sandbox.pid}/root${FOLDER}`;
  const stacks = join(outside, "state/.pulumi/stacks", PROJECT);
  for (const folder of [stacks, join(outside, "home")]) await mkdir(folder, { recursive: true });
  const files = {
    "Pulumi.yaml": { name: PROJECT, runtime: "nodejs" },
    [`Pulumi.${STACK}.yaml`]: { ...KEY_SETTINGS, config: keyed(config) },
    "state/.pulumi/meta.yaml": { version: 1 },
    [`state/.pulumi/stacks/${PROJECT}/${STACK}.json`]: emptyStack(),
    // In the place of the folder that the engine logs to: each run would write there all that it does.
    "home/logs": "",
  };
  const written = Object.entries(files).map(([name, data]) => writeFile(join(outside, name), JSON.stringify(data)));
  await Promise.all([...written, linkPlugins(join(outside, "home"))]);
  return { sandbox, outside, runs: 0 };
}

/** Plugins of other providers are those that the user has. */
async function linkPlugins(home: string): Promise<void> {
  const plugins = join(process.env.PULUMI_HOME || join(homedir(), ".pulumi"), "plugins");
  if (existsSync(plugins)) await symlink(plugins, join(home, "plugins"));
}

/** As `pulumi stack init` writes it. */
function emptyStack(): object {
  const manifest = { time: new Date().toISOString(), magic: "", version: "" };
  return { version: 3, checkpoint: { stack: `organization/${PROJECT}/${STACK}`, latest: { manifest } } };
}

/** Pulumi's own commands take a key without a provider for one of the project. */
function keyed(config: LabConfig): object {
  const entries = Object.entries(config).map(([key, value]) => [key.includes(":") ? key : `${PROJECT}:${key}`, value]);
  return Object.fromEntries(entries);
}
