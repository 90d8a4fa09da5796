import os from "node:os";
import { version } from "../provider/version";
import { capture } from "../tools/shell.mjs";
import { short } from "./spread";

export interface Machine {
  kernel: string;
  cores: number;
  processor: string;
  memoryGiB: number;
  /** The load average of the minute before: what else was going on. */
  load: number;
  node: string;
  engine: string;
  provider: string;
}

export async function machine(): Promise<Machine> {
  return {
    kernel: os.release(),
    cores: os.availableParallelism(),
    processor: os.cpus()[0]?.model.trim() ?? "",
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    load: short(os.loadavg()[0] ?? 0),
    node: process.versions.node,
    engine: (await capture(["pulumi", "version"])).trim(),
    provider: version,
  };
}
