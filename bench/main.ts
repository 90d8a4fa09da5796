import { parseArgs } from "node:util";
import { say } from "../tools/progress.mjs";
import { contenders } from "./contenders";
import { settingsLines } from "./settings";
import { starBench } from "./starBench";
import { measureStart, startLines } from "./start";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    n: { type: "string", default: "10,100,500,1000" },
    only: { type: "string", default: contenders.map(({ id }) => id).join() },
    rounds: { type: "string", default: "5" },
    enough: { type: "string", default: "20" },
    limit: { type: "string", default: "240" },
    out: { type: "string" },
  },
});
const [command = "star"] = positionals;
const plan = {
  ns: values.n.split(",").map(Number),
  contenders: contenders.filter(({ id }) => values.only.split(",").includes(id)),
  rounds: Number(values.rounds),
  enoughSeconds: Number(values.enough),
  limitSeconds: Number(values.limit),
};
const commands: Record<string, () => Promise<string[]>> = {
  star: () => starBench(plan, values.out),
  start: async () => startLines(await measureStart()),
  settings: () => settingsLines(plan),
};

run().catch((error) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});

async function run(): Promise<void> {
  const lines = await commands[command]?.();
  if (!lines) throw new Error(`There is no command ${command}; there are ${Object.keys(commands).join(", ")}.`);
  console.log(lines.join("\n"));
}
