import { type ChildProcess, spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { type Sandbox, wordsInto } from "../provider/place/sandbox";
import { keyEnv } from "./key";
import { LabError } from "./labError";
import { FOLDER, STACK } from "./place";

export interface EngineOptions {
  sandbox: Sandbox;
  /** At which port of this machine the plugin is. */
  pluginPort: number;
  /** The sockets, in the lab's folder, at which are the program and the key for secrets. */
  program: string;
  key: string;
}

/** `pulumi up` of a lab: one process of the engine. */
export class Engine {
  /** What it has written so far. */
  said = "";
  /** Its exit code; null where it could not be started, or was killed. */
  readonly ended: Promise<number | null>;
  readonly child: ChildProcess;

  /** `pulumi`: see `findPulumi`. */
  constructor(pulumi: string, { sandbox, pluginPort, program, key }: EngineOptions) {
    // In the network of this process: there it looks for the plugin, and is looked for by the program.
    const [file = "", ...args] = wordsInto(sandbox, [pulumi, ...words(program)], []);
    this.child = spawn(file, args, {
      cwd: "/",
      env: env(pluginPort, key),
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on("data", (chunk) => {
        this.said += chunk;
      });
    this.ended = new Promise((resolve) => {
      this.child.once("error", ({ message }) => {
        this.said += message;
        resolve(null);
      });
      this.child.once("close", (code, signal) => {
        if (signal) this.said += `\nPulumi's engine was ended by ${signal}`;
        resolve(code);
      });
    });
  }
}

function words(program: string): string[] {
  const plain = ["--yes", "--skip-preview", "--non-interactive", "--color=never", "--suppress-outputs"];
  const where = [`--cwd=${FOLDER}`, `--stack=${STACK}`, `--client=unix:${join(FOLDER, program)}`];
  return ["up", ...plain, ...where, "--exec-kind=auto.inline"];
}

/** The user's own environment, but for what would lead the engine elsewhere. */
function env(pluginPort: number, key: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PULUMI|NETNS|VAULT)_/.test(name));
  return {
    ...Object.fromEntries(own),
    ...keyEnv(join(FOLDER, key)),
    PULUMI_HOME: `${FOLDER}/home`,
    PULUMI_BACKEND_URL: `file://${FOLDER}/state?metadata=skip`,
    PULUMI_DEBUG_PROVIDERS: `netns:${pluginPort}`,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    // An engine lives for a second: it need not be thrifty with memory.
    GOGC: "400",
  };
}

/** The engine that the PATH names. */
export async function findPulumi(path = process.env.PATH ?? ""): Promise<string> {
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    const file = join(folder, "pulumi");
    const canRun = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (canRun) return file;
  }
  throw new LabError("there is no `pulumi` on PATH: install Pulumi's engine, see https://www.pulumi.com/docs/install/");
}
