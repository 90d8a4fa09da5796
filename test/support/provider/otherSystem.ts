import { readFile } from "node:fs/promises";
import path from "node:path";

/** A machine of another system than Linux, as far as Node can tell, for the programs of Node that get this. */
export class OtherSystem {
  private readonly file: string;

  /** `folder`: where the notes of what they have asked are. */
  constructor(folder: string) {
    this.file = path.join(folder, "asked-of-linux");
  }

  get env(): NodeJS.ProcessEnv {
    return { NODE_OPTIONS: `--require ${require.resolve("./withoutLinux.cjs")}`, OTHER_SYSTEM: this.file };
  }

  /** What they have asked of Linux all the same. */
  async asked(): Promise<string> {
    return readFile(this.file, "utf8").catch(() => "");
  }
}
