import { stat } from "node:fs/promises";
import { Argument, Option } from "commander";
import { NetnsError } from "../../provider/errors";
import { outOption, type ProgramOptions, topologyOption } from "../programOptions";
import type { Verb } from "../verb";

interface Recorded {
  exitCode: number;
  hasTimedOut: boolean;
  left: string[];
  inventory: import("../sentInventory").Sent;
}

export const record: Verb<ProgramOptions & { timeout: string }> = {
  name: "record",
  summary: "write a program for what a shell script makes",
  description:
    "Runs a script in a throwaway sandbox, with its own network and /run/netns, and writes a program in " +
    "TypeScript for what it made there. Nothing of its network is left on this machine. It needs no root if the " +
    "kernel lets users make namespaces. The script's output goes to standard error; the exit code is the " +
    "script's, or 124 if it took too long.",
  arguments: [
    new Argument("<script>", "the script; if it is not executable, sh runs it"),
    new Argument("[argument...]", "the script's arguments"),
  ],
  options: [outOption, topologyOption, new Option("--timeout <seconds>", "how long the script may run").default("60")],
  takesCommand: true,
  examples: [
    ["netns record lab.sh", "the lab of a script as a program"],
    ["netns record -o index.ts lab.sh up", "into a file, from a script with an argument"],
  ],
  async run({ words, options }) {
    const [{ inSandbox }, { received }, { asProgram, writeProgram }] = await Promise.all([
      import("../sandbox.js"),
      import("../sentInventory.js"),
      import("../programText.js"),
    ]);
    await mustBeThere(words[0] ?? "");
    const { said } = await inSandbox({ argv: words, timeoutMs: Number(options.timeout) * 1000 });
    const { exitCode, hasTimedOut, left, inventory: sent } = JSON.parse(said) as Recorded;
    const inventory = received(sent);
    await writeProgram(asProgram(inventory, options, ""), inventory, options);
    const notes = [
      ...(left.length > 0 ? [`It left processes running, which no resource describes: ${left.join(", ")}.`] : []),
      ...(hasTimedOut ? [`It ran for more than ${options.timeout} s, and was ended.`] : []),
      ...(exitCode !== 0 && !hasTimedOut ? [`It ended with exit code ${exitCode}.`] : []),
      ...(exitCode !== 0 ? ["The program has what it had made so far."] : []),
    ];
    for (const note of notes) process.stderr.write(`netns: ${note}\n`);
    return exitCode;
  },
};

async function mustBeThere(script: string): Promise<void> {
  const found = await stat(script).catch(() => undefined);
  if (found?.isFile()) return;
  const said = found ? `it is ${found.isDirectory() ? "a folder" : "no regular file"}` : "there is no such file";
  throw new NetnsError({ kind: "user", tried: `could not record ${script || '""'}`, said });
}
