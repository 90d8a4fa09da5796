import { readFile } from "node:fs/promises";

/** What systemd gives a service of root that says nothing of it: see "Environment Variables in Spawned Processes", systemd.exec(5). */
const GIVEN = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", SHELL: "/bin/sh", LANG: "C.UTF-8" };

/**
 * The command of a service and its environment, as systemd would run it: of the words and variables of ours no more. `file`: the
 * text of its EnvironmentFile.
 */
export async function commandOf(unit: string, file: string, { user = "root", home = "/root" } = {}) {
  const lines = (await readFile(unit, "utf8")).split("\n");
  const said = (key: string) =>
    lines.flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));
  const env: Record<string, string> = {
    ...{ ...GIVEN, USER: user, LOGNAME: user, HOME: home },
    ...variablesIn(said("Environment").join("\n")),
    ...variablesIn(file),
  };
  const [command = "", ...more] = said("ExecStart");
  if (more.length > 0 || /["'\\%]/.test(command)) throw new Error(`${unit} says more than this can read`);
  const argv = command.split(" ").map((word) => word.replace(/\$\{(\w+)\}/g, (_, name) => env[name] ?? ""));
  return { argv, env };
}

function variablesIn(text: string): Record<string, string> {
  const pairs = text.split("\n").flatMap((line) => (/^\w+=/.test(line) ? [line.split(/=(.*)/s).slice(0, 2)] : []));
  return Object.fromEntries(pairs);
}
