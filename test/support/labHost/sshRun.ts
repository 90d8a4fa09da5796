import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { openOverSsh, type SshOptions } from "../../../provider/place/ssh";
import { pluginFolder } from "../engine/project";

/** Starts a program on a lab host of an SshLab whose PATH this process has: as ann on lab1, where nothing else is said. */
export function openThere(options: Partial<SshOptions> = {}): Promise<ChildProcessWithoutNullStreams> {
  const usual = { host: "ssh://ann@lab1", plugin: pluginFolder, argv: () => ["true"], debug: () => {} };
  return openOverSsh({ ...usual, ...options });
}

/** The same to its end: what it wrote. */
export async function runThere(options: Partial<SshOptions> = {}): Promise<string> {
  const child = await openThere(options);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  await endOf(child);
  return text;
}

/** Ends its stdin, and waits until it has ended: its exit code. */
export async function endOf(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  child.stdin.end();
  child.stdout.resume();
  if (child.exitCode === null && child.signalCode === null) await once(child, "close");
  return child.exitCode;
}
