import { chmod } from "node:fs/promises";
import path from "node:path";
import { copyPlugin, remove, root, scratch } from "../engine/project";
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
    return { PATH: process.env.PATH, HOME: this.home, XDG_RUNTIME_DIR: this.runtime };
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

  async stop(): Promise<void> {
    await this.call("removeAll");
    await this.lab.stop();
    await remove(this.folder);
  }
}

/** A file of the tests with what it imports, for a user that may not read our folders. */
export async function bundle(entry: string, outfile: string, options: { external?: string[] } = {}): Promise<void> {
  const { build } = await import("esbuild");
  const common = { absWorkingDir: root, bundle: true, platform: "node" as const, logLevel: "error" as const };
  await build({ ...common, ...options, entryPoints: [entry], outfile });
}
