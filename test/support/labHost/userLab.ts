import { realpathSync } from "node:fs";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { findOnPath } from "../../../tools/shell.mjs";
import { copyPlugin, remove, root, scratch } from "../engine/project";
import { Stack } from "../engine/pulumi";
import { LabHost, type Ran, type RunOptions } from "./labHost";

/**
 * A lab host with a user, ann, who is not root and has no sudo. Her uid is her own on the whole machine, so that what she
 * has started is told from what other tests have; /etc is a copy, for files of hers.
 */
export class UserLab {
  private constructor(
    readonly lab: LabHost,
    readonly folder: string,
    readonly uid: number,
  ) {}

  static async start(): Promise<UserLab> {
    const [lab, folder] = [await LabHost.start(), await scratch("user")];
    const made = new UserLab(lab, folder, 1_000_000 + 10 * process.pid + Math.floor(Math.random() * 10));
    await chmod(folder, 0o755);
    await copyPlugin(path.join(folder, "plugin"));
    await bundle("test/support/place/driver.ts", path.join(folder, "driver.js"));
    const boot = [
      "cp -a /etc /run/etc && mount -n --bind /run/etc /etc && rm -f /etc/subuid /etc/subgid",
      `printf '%s\\n' root:x:0:0::/root:/bin/sh ann:x:${made.uid}:${made.uid}::${made.home}:/bin/sh >/etc/passwd`,
      // She may not be able to go where our repository and the engine are.
      `mount -n -t tmpfs -o mode=755 tmpfs ${OURS}`,
      ...Object.entries(seen()).map(([from, to]) => `mkdir ${to}; mount -n --bind '${from}' ${to}`),
      `install -d -m 700 -o ${made.uid} -g ${made.uid} ${made.runtime} ${made.home}`,
    ];
    await lab.run(["sh", "-ec", boot.join("\n")]);
    return made;
  }

  get home(): string {
    return path.join(this.folder, "home");
  }

  get runtime(): string {
    return "/run/ann";
  }

  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PATH: `${OURS}/engine:${process.env.PATH}`,
      HOME: this.home,
      XDG_RUNTIME_DIR: this.runtime,
    };
  }

  /** The words that, in front of a command, have her run it here. */
  get as(): string[] {
    return ["setpriv", `--reuid=${this.uid}`, `--regid=${this.uid}`, "--clear-groups", "--"];
  }

  run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
    return this.lab.run([...this.as, ...argv], { cwd: "/", env: this.env, ...options });
  }

  tryRun(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return this.lab.tryRun([...this.as, ...argv], { cwd: "/", env: this.env, ...options });
  }

  /** The words that have a function of provider/place/sandbox.ts called: see support/place/driver.ts. */
  driver(...words: string[]): string[] {
    return [process.execPath, path.join(this.folder, "driver.js"), ...words];
  }

  async call<T>(...words: string[]): Promise<T> {
    return JSON.parse(await this.run(this.driver(...words))) as T;
  }

  /** The words that run a command in a sandbox. */
  inside(name: string, ...argv: string[]): string[] {
    return [process.execPath, path.join(this.folder, "plugin/sandboxed.js"), name, "--", ...argv];
  }

  /** The lab host as she sees it, for what takes one: all that runs on it is hers. */
  get host(): LabHost {
    return seenFrom(this.lab, (argv) => [...this.as, ...argv], this.env);
  }

  /** The same of a sandbox of hers. */
  within(name: string): LabHost {
    return seenFrom(this.lab, (argv) => [...this.as, ...this.inside(name, ...argv)], this.env);
  }

  /** A stack of hers of a project in our repository, in the sandbox of a name. */
  async stack(folder: string, sandbox: string): Promise<Stack> {
    const stack = await Stack.open({ host: this.lab, folder, env: { ...this.env, NETNS_SANDBOX: sandbox } });
    await this.lab.run(["chown", "-R", `${this.uid}:${this.uid}`, stack.home]);
    // Her engine is to find the program there.
    await chmod((await this.lab.forwarder).folder, 0o711);
    return Object.create(stack, { host: { value: this.host } }) as Stack;
  }

  async stop(): Promise<void> {
    await this.call("removeAll");
    await this.lab.stop();
    await remove(this.folder);
  }
}

/** Where she has what is ours: in a sandbox as well, which has another /run. */
const OURS = "/mnt";

function seen(): Record<string, string> {
  const pulumi = findOnPath("pulumi");
  return { [root]: `${OURS}/repository`, ...(pulumi && { [path.dirname(realpathSync(pulumi))]: `${OURS}/engine` }) };
}

function seenFrom(lab: LabHost, words: (argv: readonly string[]) => string[], env: NodeJS.ProcessEnv): LabHost {
  const spawn: LabHost["spawn"] = (argv, { cwd = "/", ...options } = {}) =>
    lab.spawn(words(argv), { env, ...options, cwd: cwd.replace(root, `${OURS}/repository`) });
  return Object.create(lab, { spawn: { value: spawn }, forwarder: { get: () => lab.forwarder } }) as LabHost;
}

/** A file of the tests with what it imports, for a user that may not read our folders. */
export async function bundle(entry: string, outfile: string, options: { external?: string[] } = {}): Promise<void> {
  const { build } = await import("esbuild");
  const common = { absWorkingDir: root, bundle: true, platform: "node" as const, logLevel: "error" as const };
  await build({ ...common, ...options, entryPoints: [entry], outfile });
}
