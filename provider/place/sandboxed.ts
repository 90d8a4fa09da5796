import { spawn } from "node:child_process";
import { constants } from "node:os";
import { asNetnsError } from "../errors";
import { searchPath } from "../host/searchPath";
import { ensureSandbox, listSandboxes, removeSandbox, sandboxNamed, wordsInto } from "./sandbox";

/**
 * `node sandboxed.js [--there] NAME -- COMMAND …`: runs a command in a sandbox, which it makes where it is not there, if it may, and ends as
 * that does. Signals are for the command, which ends by its stdin. `--list` writes those of this user as JSON, `--remove NAME` ends one.
 */
async function main(words: string[]): Promise<number> {
  if (words[0] === "--list") process.stdout.write(`${JSON.stringify(await listSandboxes())}\n`);
  if (words[0] === "--remove") await removeSandbox(await sandboxNamed(words[1] ?? ""));
  if (words[0] === "--list" || words[0] === "--remove") return 0;
  const isThere = words[0] === "--there";
  const [name = "", dashes, ...argv] = words.slice(isThere ? 1 : 0);
  if (dashes !== "--" || argv.length === 0) throw new Error("usage: sandboxed.js [--there] NAME -- COMMAND …");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  const sandbox = isThere ? await sandboxNamed(name) : (await ensureSandbox(name)).sandbox;
  return runToEnd(wordsInto(sandbox, argv));
}

async function runToEnd([file = "", ...args]: string[]): Promise<number> {
  // Who is root in there finds what root does.
  const child = spawn(file, args, { stdio: "inherit", env: { ...process.env, PATH: searchPath() } });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"]));
  });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${asNetnsError(error).message}\n`);
    process.exitCode = 1;
  },
);
