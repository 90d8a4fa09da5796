import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { remove, scratch } from "../engine/project";
import { until } from "../suites/until";
import { faultEnv } from "./faultPlan";

/** Where a run stops in the middle until it is told to go on. */
export class Breakpoint {
  private constructor(
    private readonly folder: string,
    /** The environment of the run. */
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /**
   * Stops the plugin before its first change whose words match (see changeText.ts). It hears nothing meanwhile, as in the
   * middle of any system call. Words of nft stop its process for that (see faultInjector.ts), and the plugin itself goes on.
   */
  static async before(pattern: RegExp): Promise<Breakpoint> {
    const folder = await scratch("breakpoint");
    return new Breakpoint(folder, await faultEnv({ folder, hold: pattern.source }));
  }

  /** Resolves with the process that stopped at the breakpoint. */
  reached(): Promise<number> {
    return until("the run at the gate", async () => {
      const text = await readFile(path.join(this.folder, "reached"), "utf8").catch(() => "");
      return text.endsWith("\n") && Number(text);
    });
  }

  resume(): Promise<void> {
    return writeFile(path.join(this.folder, "resume"), "");
  }

  close(): Promise<void> {
    return remove(this.folder);
  }
}
