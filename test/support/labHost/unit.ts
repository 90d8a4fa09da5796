import assert from "node:assert/strict";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../engine/project";
import type { Stack } from "../engine/pulumi";

/** What systemd gives a service of root that says nothing of it: see "Environment Variables in Spawned Processes", systemd.exec(5). */
const GIVEN = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", SHELL: "/bin/sh", LANG: "C.UTF-8" };

export const UNIT = path.join(root, "systemd/netns-lab@.service");

/**
 * The file of docs/at-boot.md with the values of a stack, whose passphrase gets a file of its own. The project has the
 * stack's settings then.
 */
export async function settingsOf(stack: Stack): Promise<{ file: string; passphrase: string }> {
  const passphrase = path.join(stack.home, "passphrase");
  await writeFile(passphrase, "test\n");
  await copyFile(path.join(stack.home, "passphrase.yaml"), path.join(stack.folder, "Pulumi.test.yaml"));
  const page = await readFile(path.join(root, "docs/at-boot.md"), "utf8");
  const [, example = ""] = /r1\.conf <<'END'\n(.*?)^END$/ms.exec(page) ?? [];
  const values: Record<string, string | undefined> = {
    ...{ PROJECT: stack.folder, STACK: "test", PATH: stack.env.PATH },
    ...{ PULUMI_BACKEND_URL: stack.env.PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE_FILE: passphrase },
  };
  const keys = example
    .trim()
    .split("\n")
    .map((line) => line.split("=")[0] ?? "");
  assert.deepEqual(keys, Object.keys(values));
  const file = [...keys.map((key) => `${key}=${values[key]}`), `PULUMI_HOME=${stack.env.PULUMI_HOME}`].join("\n");
  return { file, passphrase };
}

/**
 * The command of a service and its environment, as systemd would run it: of the words and variables of ours no more. `file`: the
 * text of its EnvironmentFile.
 */
export async function commandOf(file: string, { user = "root", home = "/root" } = {}) {
  const lines = (await readFile(UNIT, "utf8")).split("\n");
  const said = (key: string) =>
    lines.flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));
  const env: Record<string, string> = {
    ...{ ...GIVEN, USER: user, LOGNAME: user, HOME: home },
    ...variablesIn(said("Environment").join("\n")),
    ...variablesIn(file),
  };
  const [command = "", ...more] = said("ExecStart");
  if (more.length > 0 || /["'\\%]/.test(command)) throw new Error(`${UNIT} says more than this can read`);
  const argv = command.split(" ").map((word) => word.replace(/\$\{(\w+)\}/g, (_, name) => env[name] ?? ""));
  return { argv, env };
}

function variablesIn(text: string): Record<string, string> {
  const pairs = text.split("\n").flatMap((line) => (/^\w+=/.test(line) ? [line.split(/=(.*)/s).slice(0, 2)] : []));
  return Object.fromEntries(pairs);
}
