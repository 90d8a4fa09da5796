import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { exitCodes } from "./exitCodes";
import { NotStarted } from "./replace";

const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/**
 * What replaceBy is on Linux, for other systems: the program is a child, which has our input, output and terminal, and
 * gets our signals. Its exit code, as a shell has it.
 */
export async function runToEnd([file = "", ...args]: readonly string[]): Promise<number> {
  const child = spawn(file, args, { stdio: "inherit" });
  for (const signal of PASSED_ON) process.on(signal, () => void child.kill(signal));
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const [code, signal] = await ended.catch(({ code }: NodeJS.ErrnoException) => {
    throw new NotStarted(file, String(code), code === "ENOENT" ? exitCodes.notFound : exitCodes.notExecutable);
  });
  return code ?? 128 + constants.signals[signal ?? "SIGKILL"];
}
