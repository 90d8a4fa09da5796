import { readFile } from "node:fs/promises";
import type { LabHost } from "../../test/support/labHost/labHost";
import { pluginsOf } from "../../test/support/labHost/plugins";

/** Looks at the plugins on a host now and then, until it is asked for the most memory that one of them has had; 0: of none that it saw. */
export function watch(host: LabHost): () => Promise<number> {
  let most = 0;
  const look = async () => {
    for (const pid of await pluginsOf(host)) most = Math.max(most, await peakOf(pid));
  };
  // The kernel keeps the peak: only what is used in the last second is missed.
  const timer = setInterval(look, 1000);
  return async () => {
    clearInterval(timer);
    return most;
  };
}

/** The most memory in MiB that a process has had; 0 when it is gone. */
export async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
