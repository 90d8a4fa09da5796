import { type ExecFileOptions, execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { NetnsError } from "../provider/errors";
import type { StackPlace } from "./stack";

/** Runs `pulumi` on a stack and gives what it has written, with its exit code. Where it did not run at all: throws. */
export async function runPulumi({ cwd = ".", stack }: StackPlace, words: readonly string[], tried: string) {
  if (!(await isThere(cwd))) throw new NetnsError({ kind: "user", tried, said: `there is no folder ${cwd}` });
  const argv = [...words, "--non-interactive", ...(stack === undefined ? [] : ["--stack", stack])];
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const ran = await run(argv, { cwd, env, maxBuffer: Number.POSITIVE_INFINITY });
  const fail = async (text: string) =>
    new NetnsError({ kind: "user", tried, said: said(text), todo: await todo(cwd, ran.code) });
  if (typeof ran.code !== "number") throw await fail(ran.message);
  return { stdout: ran.stdout, stderr: ran.stderr, exitCode: ran.code, fail };
}

/** Not by execa, which looks at this process's own input and output as soon as it is loaded: see replace.ts. */
function run(argv: readonly string[], options: ExecFileOptions) {
  return new Promise<{ stdout: string; stderr: string; code: string | number; message: string }>((resolve) => {
    execFile("pulumi", argv, options, (error, stdout, stderr) =>
      resolve({
        stdout: String(stdout),
        stderr: String(stderr),
        code: error?.code ?? 0,
        message: error?.message ?? "",
      }),
    );
  });
}

/** What Pulumi has written, for an error of ours. */
export function said(text: string): string {
  return stripVTControlCharacters(text).trim().replace(/\n+/g, "\n  ");
}

async function todo(cwd: string, code: string | number): Promise<string> {
  if (code === "ENOENT")
    return "Put `pulumi` on the PATH; in a clone of netns, `npm run env` prints the line for that.";
  const folder = resolve(cwd);
  if (!(await isInProject(folder))) {
    return `${folder} is not in a Pulumi project: go to one, or name its folder with \`--cwd FOLDER\`.`;
  }
  return "`pulumi stack ls` lists the stacks: choose one with `pulumi stack select NAME` or `--stack NAME`.";
}

async function isInProject(folder: string): Promise<boolean> {
  const found = await Promise.all(["Pulumi.yaml", "Pulumi.yml"].map((name) => isThere(join(folder, name))));
  if (found.includes(true)) return true;
  return folder !== dirname(folder) && isInProject(dirname(folder));
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
