import { rmSync } from "node:fs";
import { chmod, cp, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { KEY_SETTINGS, keyEnv, serveKey } from "../../../testing/key";
import { folderBackend } from "../../../tools/lab.mjs";
import type { LabHost, Ran, RunOptions } from "../labHost/labHost";
import { plainEnv } from "../suites/env";
import { type Events, readEvents } from "./events";
import { plainProgram, programs } from "./programs";
import { projectName, remove, scratch } from "./project";

export interface Outcome extends Ran, Events {
  /** stdout and stderr, for texts that a user sees. */
  text: string;
}

export interface StackOptions {
  host: LabHost;
  /** The project's folder; nothing is written into it. */
  folder: string;
  env?: NodeJS.ProcessEnv;
}

const STACK = "test";
const SETTINGS = `Pulumi.${STACK}.yaml`;

/** A stack of the real engine with a home, a backend and a configuration of its own, run on a lab host. */
export class Stack {
  private runs = 0;

  private constructor(
    readonly host: LabHost,
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
    /** A project without a program: for commands that would write a stack's configuration beside it. */
    private readonly emptyProject: string,
    private readonly project: string,
  ) {}

  static async open({ host, folder, env }: StackOptions): Promise<Stack> {
    const [base, project] = [await scratch("stack"), await projectName(folder)];
    await cp(await emptyStack(host, project), base, { recursive: true });
    const emptyProject = path.join(base, "empty");
    key ??= serveKeyOfAll();
    const allEnv = { ...engineEnv(base), ...keyEnv(await key), ...env };
    const stack = new Stack(host, folder, allEnv, emptyProject, project);
    // Where a test has a backend of its own, that can be on a disk that only the host sees.
    if (env?.PULUMI_BACKEND_URL !== undefined) await stack.must(["stack", "init", STACK]);
    return stack;
  }

  /** A folder of its own, which ends with it. */
  get home(): string {
    return path.dirname(this.emptyProject);
  }

  /** The URN of a resource of the program, without a parent. */
  urn(type: string, name: string): string {
    return `urn:pulumi:${STACK}::lab::netns:index:${type}::${name}`;
  }

  up(...args: string[]): Promise<Outcome> {
    return this.operate("up", ["--yes", "--skip-preview", ...args]);
  }

  preview(...args: string[]): Promise<Outcome> {
    return this.operate("preview", args);
  }

  refresh(...args: string[]): Promise<Outcome> {
    return this.operate("refresh", ["--yes", "--skip-preview", ...args]);
  }

  destroy(...args: string[]): Promise<Outcome> {
    return this.operate("destroy", ["--yes", "--skip-preview", ...args]);
  }

  /** `pulumi import` of one resource; the code that it proposes is in `stdout`. */
  import(type: string, name: string, id: string, ...args: string[]): Promise<Outcome> {
    return this.operate("import", [type, name, id, "--yes", "--skip-preview", ...args]);
  }

  /** The same of all the resources that a file lists. */
  importFile(file: string, ...args: string[]): Promise<Outcome> {
    return this.operate("import", [
      "--file",
      file,
      "--yes",
      "--skip-preview",
      "--protect=false",
      "--generate-code=false",
      ...args,
    ]);
  }

  async config(key: string, value: string, ...args: string[]): Promise<void> {
    await this.must(["config", "set", key, value, ...args]);
  }

  async unset(key: string): Promise<void> {
    await this.must(["config", "rm", key]);
  }

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.must(["stack", "output", "--json", "--show-secrets"]));
  }

  /** The resources of the state, as `pulumi stack export` shows them: from the backend's file, without an engine. */
  async resources(): Promise<Record<string, unknown>[]> {
    const file = path.join(this.home, "state/.pulumi/stacks", this.project, `${STACK}.json`);
    return JSON.parse(await readFile(file, "utf8")).checkpoint.latest?.resources ?? [];
  }

  /** Any command of pulumi, in the project's folder. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return this.host.tryRun(["pulumi", ...args], { cwd: this.folder, env: this.env, timeoutMs: 300_000, ...options });
  }

  /** An operation that goes on while the test does something to it; killing it kills the engine alone. */
  start(command: "up" | "destroy", env: NodeJS.ProcessEnv = {}, { timeoutMs = 180_000, words = [] as string[] } = {}) {
    const args = [command, "--yes", "--skip-preview", "--non-interactive", "--color", "never", ...words];
    const settings = ["--config-file", path.join(this.emptyProject, SETTINGS)];
    const options = { cwd: this.folder, env: { ...this.env, ...env }, timeoutMs };
    return this.host.spawn(["pulumi", ...args, ...settings], options);
  }

  /** The same to its end, be that because a command of the provider kills it. */
  async runToEnd(command: "up" | "destroy", env: NodeJS.ProcessEnv) {
    const all = { ...this.env, ...env };
    return programs.during(this.host, path.join(this.folder, "index.js"), all, async (words) =>
      this.start(command, env, { words }),
    );
  }

  async close(): Promise<void> {
    await remove(this.home);
  }

  private must(args: readonly string[]): Promise<string> {
    return this.host.run(["pulumi", ...args, "--non-interactive"], { cwd: this.emptyProject, env: this.env });
  }

  private async operate(command: string, args: readonly string[]): Promise<Outcome> {
    this.runs += 1;
    const log = path.join(this.emptyProject, "..", "logs", `${this.runs}-${command}.jsonl`);
    const settings = ["--config-file", path.join(this.emptyProject, SETTINGS), "--event-log", log];
    const ask = (words: readonly string[]) =>
      this.run([command, "--non-interactive", "--color", "never", ...settings, ...args, ...words]);
    const program = command === "import" ? undefined : await plainProgram(this.folder);
    const ran = await (program ? programs.during(this.host, program, this.env, ask) : ask([]));
    return { ...ran, text: `${ran.stdout}\n${ran.stderr}`, ...(await readEvents(log)) };
  }
}

/** The socket of this process at which engines ask for the key of a stack. */
let key: Promise<string> | undefined;

async function serveKeyOfAll(): Promise<string> {
  const folder = await scratch("key");
  process.once("exit", () => rmSync(folder, { recursive: true }));
  const socket = path.join(folder, "socket");
  await serveKey(socket);
  // For the engines of other users as well.
  await chmod(folder, 0o711);
  await chmod(socket, 0o777);
  return socket;
}

const emptyStacks = new Map<string, Promise<string>>();

/** The folders of a new stack of a project, made by the engine once for all stacks of this process. */
function emptyStack(host: LabHost, project: string): Promise<string> {
  const made = emptyStacks.get(project) ?? makeEmptyStack(host, project);
  emptyStacks.set(project, made);
  return made;
}

async function makeEmptyStack(host: LabHost, project: string): Promise<string> {
  const base = await scratch("stacks");
  process.once("exit", () => rmSync(base, { recursive: true }));
  const emptyProject = path.join(base, "empty");
  for (const name of ["empty", "state", "home", "logs"]) await mkdir(path.join(base, name));
  // In the place of the folder that the engine logs to: each run would write there all that it does, encrypted.
  await writeFile(path.join(base, "home/logs"), "");
  await writeFile(path.join(emptyProject, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
  await host.run(["pulumi", "stack", "init", STACK, "--non-interactive"], { cwd: emptyProject, env: engineEnv(base) });
  const settings = path.join(emptyProject, SETTINGS);
  // For who has the passphrase and not this process.
  await rename(settings, path.join(base, "passphrase.yaml"));
  await writeFile(settings, JSON.stringify(KEY_SETTINGS));
  return base;
}

/** With the settings of one test alone. */
function engineEnv(base: string): NodeJS.ProcessEnv {
  return {
    ...plainEnv(),
    PULUMI_HOME: path.join(base, "home"),
    PULUMI_BACKEND_URL: folderBackend(path.join(base, "state")),
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_STACK: STACK,
    // An engine lives for a second: it need not be thrifty with memory.
    GOGC: "400",
    // Without it the engine does not know `--event-log`.
    PULUMI_DEBUG_COMMANDS: "true",
  };
}
