import { readFileSync } from "node:fs";
import type { LabHost } from "../labHost/labHost";
import type { SshHost, SshLab } from "../labHost/sshLab";

/** What ends a connection over ssh: its client, its process on the host, or the network between. */
export type Way = "client" | "session" | "cable";

/** Cuts all connections to a host. Returns what mends the network. */
export async function cutLine(lab: SshLab, host: SshHost, way: Way): Promise<() => Promise<unknown>> {
  if (way === "cable") {
    await lab.plugged(host.name, false);
    return () => lab.plugged(host.name, true);
  }
  const [where, words] =
    way === "client" ? [lab.engine, /^ssh\0/] : [host.lab, /^sshd(?:-session)?: \w+(?:@| \[priv\])/];
  for (const pid of await processesOf(where, words)) process.kill(pid, "SIGKILL");
  return async () => {};
}

/** Those of a host whose command lines, with a NUL behind each word, are so. */
export async function processesOf(host: LabHost, words: RegExp): Promise<number[]> {
  return (await host.processes()).filter((pid) => words.test(commandLine(pid)));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It has ended.
    return "";
  }
}
