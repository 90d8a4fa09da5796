import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

/** An end that the user can do something about: shown as its message alone, without a stack. */
export class Stop extends Error {}

/** Runs a command to its end and returns what it wrote; a failure throws with the gist of it. */
export async function capture(argv, options = {}) {
  const { code, output, stdout } = await run(argv, options);
  if (code !== 0) {
    throw new Error(`${argv.join(" ")} ended with ${code}\n${gist(output)}`.trimEnd());
  }
  return stdout;
}

/** Runs a command to its end, whatever that is, and returns its exit code and what it wrote. */
export function run(argv, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0], argv.slice(1), { stdio: ["ignore", "pipe", "pipe"], ...options });
    let stdout = "";
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: signal ?? code, output, stdout }));
  });
}

/** Hands the terminal to a command and returns its exit code; ^C is the command's to handle, not ours. */
export async function handOver(argv, options = {}) {
  const child = spawn(argv[0], argv.slice(1), { stdio: "inherit", ...options });
  const forward = (signal) => child.kill(signal);
  const leaveToChild = () => {};
  process.on("SIGINT", leaveToChild);
  process.on("SIGTERM", forward);
  process.on("SIGHUP", forward);
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code, signal) => resolve(signal ? 128 + signalNumber(signal) : code));
    });
  } finally {
    process.off("SIGINT", leaveToChild);
    process.off("SIGTERM", forward);
    process.off("SIGHUP", forward);
  }
}

/** The first executable of that name on a PATH, as `command -v` would find it. */
export function findOnPath(name, searchPath = process.env.PATH ?? "") {
  return searchPath
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}

export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** One shell word, whatever it holds: safe to eval in sh, bash and zsh. */
export function quote(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

// The cause stands at the start or at the end, as the program likes.
function gist(output) {
  const lines = output.trimEnd().split("\n");
  return (lines.length <= 20 ? lines : [...lines.slice(0, 8), "[...]", ...lines.slice(-11)]).join("\n");
}

function signalNumber(signal) {
  return { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0;
}
