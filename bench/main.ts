import { parseArgs } from "node:util";
import { say } from "../tools/progress.mjs";
import { contenders } from "./contenders";
import type { Contender } from "./contenders/contender";
import { settings } from "./contenders/settings";
import { type Outcome, publish } from "./publish";
import type { Plan } from "./rounds";
import { settingsBench } from "./settingsBench";
import { starBench } from "./starBench";
import { measureStart, startRows } from "./start";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    n: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string", default: "5" },
    enough: { type: "string", default: "20" },
    limit: { type: "string", default: "120" },
    out: { type: "string" },
  },
});

const commands: Record<string, () => Promise<string[]>> = {
  star: () => run(starBench, contenders, [10, 100, 500, 1000]),
  settings: () => run(settingsBench, settings, [200]),
  start: async () => startRows(await measureStart()).map((row) => row.join(": ")),
};

main(positionals[0] ?? "star").catch((error) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});

async function main(command: string): Promise<void> {
  const lines = await commands[command]?.();
  if (!lines) throw new Error(`There is no command ${command}; there are ${Object.keys(commands).join(", ")}.`);
  console.log(lines.join("\n"));
}

/** A part of the plan is for a look: what it measures is kept only where one says. */
async function run(bench: (plan: Plan) => Promise<Outcome>, all: readonly Contender[], ns: number[]) {
  if (process.getuid?.() !== 0)
    throw new Error("Run it as root: it makes throwaway hosts with a network of their own.");
  const isWhole = values.n === undefined && values.only === undefined;
  const ids = values.only?.split(",");
  const outcome = await bench({
    ns: values.n?.split(",").map(Number) ?? ns,
    contenders: all.filter(({ id }) => ids?.includes(id) ?? true),
    rounds: Number(values.rounds),
    enoughSeconds: Number(values.enough),
    limitSeconds: Number(values.limit),
  });
  if (isWhole || values.out !== undefined) await publish(outcome, values.out);
  return outcome.lines;
}
