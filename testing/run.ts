import type { Server } from "node:http";
import { join } from "node:path";
import { Engine, findPulumi } from "./engine";
import { hold } from "./hold";
import { serveKey } from "./key";
import { notUp, notUpInTime } from "./labError";
import type { Place } from "./place";
import { LabPlugin } from "./plugin";
import type { Done, Program } from "./program";
import { ProgramServer } from "./programServer";

/**
 * One `pulumi up` of a lab, as Pulumi's Automation API does it, but by one process of the engine. Engine and plugin start,
 * and get ready, at once.
 */
export class Run {
  private constructor(
    private readonly engine: Engine,
    private readonly plugin: LabPlugin,
    private readonly program: ProgramServer,
    private readonly key: Server,
  ) {}

  static async start({ sandbox, outside, runs }: Place): Promise<Run> {
    const pulumi = await findPulumi();
    const files = { plugin: `plugin-${runs}`, program: `program-${runs}`, key: `key-${runs}` };
    const [plugin, program, key] = await Promise.all([
      LabPlugin.start({ sandbox, outside, socket: files.plugin }),
      ProgramServer.listen(join(outside, files.program)),
      serveKey(join(outside, files.key)),
    ]);
    return new Run(new Engine(pulumi, { ...files, sandbox, pluginPort: plugin.port }), plugin, program, key);
  }

  /** Whether engine and plugin are there still. */
  get isWaiting(): boolean {
    return [this.engine.child, this.plugin.child].every(
      ({ pid, exitCode, signalCode }) => pid !== undefined && exitCode === null && signalCode === null,
    );
  }

  /** This process need not live on for it, until it is to be run. */
  letGo(): void {
    for (const { child } of [this.engine, this.plugin]) hold(child, false);
  }

  hold(): void {
    for (const { child } of [this.engine, this.plugin]) hold(child, true);
  }

  /** Runs the program to its end; what it returns are the outputs of the lab. */
  async up(program: Program, timeoutMs: number): Promise<unknown> {
    this.program.run(program);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(resolve, timeoutMs, "late");
    });
    // An engine would look for a plugin that has ended for some time.
    const code = await Promise.race([this.engine.ended, this.plugin.ended.then(() => null), late]);
    clearTimeout(timer);
    this.program.close();
    this.key.close();
    if (code === "late") throw notUpInTime(timeoutMs, this.engine.said);
    await this.plugin.end();
    // An engine that has failed may never have asked for the program, or has left it in the middle.
    const { thrown, outputs } = await Promise.race([this.program.done, ...(code === 0 ? [] : [{} as Done])]);
    // The program only notices that engine or plugin is gone.
    if (thrown && code !== null) throw thrown.error;
    if (code !== 0) throw notUp(this.engine.said, this.plugin.said);
    return outputs ?? {};
  }
}
