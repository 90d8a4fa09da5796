import { readFile } from "node:fs/promises";
import type { LabHost } from "./labHost";

/** The processes of the provider that live on a lab host. */
export async function pluginsOf(host: LabHost): Promise<number[]> {
  const pids = await host.processes();
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return pids.filter((_, index) => lines[index]?.includes("pulumi-resource-netns"));
}
