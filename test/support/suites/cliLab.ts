import { readFile } from "node:fs/promises";
import path from "node:path";
import { distDir } from "../../../tools/places.mjs";
import { exampleFolder, makeProject, remove } from "../engine/project";
import { Stack } from "../engine/pulumi";
import { LabHost, type Ran } from "../labHost/labHost";
import { done } from "./exampleSuite";

/** On the lab host's /run, which ends with it. */
const HOME = "/run/home";
const COMMAND = path.join(distDir, "cli");

/** The lab of examples/router, up on a host of its own, for all that one types `netns` for. */
export class CliLab {
  private constructor(
    readonly host: LabHost,
    readonly stack: Stack,
  ) {}

  static async start(): Promise<CliLab> {
    const [host, program] = [await LabHost.start(), await readFile(`${exampleFolder("router")}/index.ts`, "utf8")];
    const folder = await makeProject(program, { name: "router", main: "index.ts" });
    const lab = new CliLab(host, await Stack.open({ host, folder }));
    try {
      done(await lab.stack.up());
      await host.run(["mkdir", HOME]);
      return lab;
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  /** What somebody's shell has in the folder of the project. */
  get env(): NodeJS.ProcessEnv {
    return { ...this.stack.env, PATH: `${COMMAND}:${this.stack.env.PATH}`, HOME, NO_COLOR: undefined, TERM: "xterm" };
  }

  /** Types a line into bash, in the folder of the project. */
  type(line: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    return this.host.tryRun(["bash", "-c", line], { cwd: this.stack.folder, env: { ...this.env, ...env } });
  }

  /** The same on a terminal: what that shows, with `typed` as what is typed after the line. */
  async typeOnTerminal(line: string, { typed = "", env = {} as NodeJS.ProcessEnv } = {}): Promise<Ran> {
    // Who runs the tests may want no colours, and Node takes none to be wanted in CI.
    const plainly = "NO_COLOR" in env ? line : `unset NO_COLOR CI; ${line}`;
    const argv = ["script", "--quiet", "--return", "--command", plainly, "/dev/null"];
    const options = { cwd: this.stack.folder, env: { ...this.env, ...env }, stdin: typed };
    const ran = await this.host.tryRun(argv, options);
    return { ...ran, stdout: ran.stdout.replaceAll("\r\n", "\n") };
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await this.stack.close();
    await remove(this.stack.folder);
  }
}

/** Tests of a verb. They leave the lab as it was. */
export type VerbTests = (lab: () => CliLab) => void;
