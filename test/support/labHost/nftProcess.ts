import { readFile } from "node:fs/promises";
import type { LabHost } from "./labHost";

/** The processes on a lab host that have nft's library in them. */
export async function nftProcesses(host: LabHost): Promise<number[]> {
  const pids = await host.processes();
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return pids.filter((_, index) => commands[index]?.includes("nftablesChild"));
}
