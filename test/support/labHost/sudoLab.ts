import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { copyPlugin, remove, scratch } from "../engine/project";
import { PluginProcess } from "../provider/pluginProcess";
import { LabHost } from "./labHost";

export const ANN = 54321;
const RUNTIME = "/run/ann";
const SUDO_LOG = "/run/sudo.log";

/** A lab host with a user, ann, who is not root and may use sudo as `rule` says. */
export class SudoLab {
  private constructor(
    readonly lab: LabHost,
    readonly folder: string,
  ) {}

  /** `shims`: programs in sh that root finds before those of the same name. */
  static async start({ rule = "ann ALL=(ALL) NOPASSWD: ALL", shims = {} as Record<string, string> } = {}) {
    const [lab, folder] = [await LabHost.start(), await scratch("sudo")];
    await chmod(folder, 0o755);
    await copyPlugin(path.join(folder, "plugin"));
    await mkdir(path.join(folder, "bin"));
    for (const [name, script] of Object.entries(shims)) await writeProgram(path.join(folder, "bin", name), script);
    const defaults = [
      `Defaults logfile=${SUDO_LOG}, loglinelen=0, !env_reset`,
      `Defaults secure_path="${folder}/bin:/usr/sbin:/usr/bin:/sbin:/bin"`,
    ];
    const files = {
      // tcpdump takes the user of its name where root starts it.
      "/etc/passwd": `root:x:0:0::/root:/bin/sh\nann:x:${ANN}:${ANN}::/:/bin/sh\ntcpdump:x:${ANN + 1}:${ANN + 1}::/:/bin/false\n`,
      "/etc/shadow": "root:*:19000:0:99999:7:::\nann:*:19000:0:99999:7:::\n",
      "/etc/sudoers": [...defaults, "root ALL=(ALL) ALL", rule, ""].join("\n"),
    };
    for (const [at, text] of Object.entries(files)) {
      const file = path.join(folder, path.basename(at));
      await writeFile(file, text, { mode: at === "/etc/passwd" ? 0o644 : 0o440 });
      await lab.run(["mount", "-n", "--bind", file, at]);
    }
    await lab.run(["install", "-d", "-m", "700", "-o", String(ANN), RUNTIME]);
    return new SudoLab(lab, folder);
  }

  /** The words that, in front of a command, have a user run it here. */
  as(uid: number): string[] {
    return [...this.lab.door, "setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--"];
  }

  get main(): string {
    return path.join(this.folder, "plugin/pulumi-resource-netns");
  }

  /** A plugin that ann has started. */
  plugin(env: NodeJS.ProcessEnv = {}): Promise<PluginProcess> {
    return PluginProcess.behind(this.as(ANN), { XDG_RUNTIME_DIR: RUNTIME, ...env }, this.main);
  }

  /** What sudo has been asked to run. */
  async asked(): Promise<string[]> {
    const log = await this.lab.tryRun(["cat", SUDO_LOG]);
    return [...log.stdout.matchAll(/COMMAND=(.*)/g)].map(([, command = ""]) => command);
  }

  /** The workers that run here, as root. */
  async workers(): Promise<{ pid: number; words: string[]; env: string[] }[]> {
    const found = await Promise.all(
      (await this.lab.processes()).map(async (pid) => {
        const [words, env] = await Promise.all(["cmdline", "environ"].map((file) => nulls(`/proc/${pid}/${file}`)));
        return { pid, words: words ?? [], env: env ?? [] };
      }),
    );
    return found.filter(({ words }) => /\/node$/.test(words[0] ?? "") && words[2]?.startsWith("--worker="));
  }

  /** What is left of sockets. */
  async sockets(): Promise<string[]> {
    return (await this.lab.run(["find", RUNTIME, "-mindepth", "1", "-printf", "%P %m %U\n"]))
      .split("\n")
      .filter(Boolean);
  }

  async stop(): Promise<void> {
    await this.lab.stop();
    await remove(this.folder);
  }
}

export async function writeProgram(file: string, script: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await chmod(file, 0o755);
}

async function nulls(file: string): Promise<string[]> {
  return (await readFile(file, "utf8").catch(() => "")).split("\0").filter(Boolean);
}
