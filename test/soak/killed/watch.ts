import { readFile } from "node:fs/promises";
import path from "node:path";
import { remove, scratch } from "../../support/engine/project";
import { type Change, faultEnv, type Kill } from "../../support/faults/faultPlan";

/** Logs what a provider changes, and asks of nftables, and kills it or its engine at one of these. */
export class Watch {
  private constructor(private readonly folder: string) {}

  static async make(): Promise<Watch> {
    return new Watch(await scratch("watch"));
  }

  /** The environment of the run to watch, and to kill where it is told. */
  env(kill?: Kill): Promise<NodeJS.ProcessEnv> {
    return faultEnv({ folder: this.folder, kill });
  }

  /** What the provider has changed and asked, in its order. */
  async changes(): Promise<Change[]> {
    const lines = (await readFile(path.join(this.folder, "log"), "utf8")).split("\n").filter(Boolean);
    return lines.map((words, index) => ({
      words,
      at: lines.slice(0, index + 1).filter((line) => line === words).length,
    }));
  }

  async fired(): Promise<boolean> {
    return readFile(path.join(this.folder, "fired")).then(
      () => true,
      () => false,
    );
  }

  close(): Promise<void> {
    return remove(this.folder);
  }
}
