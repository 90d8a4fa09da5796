import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { say } from "../tools/progress.mjs";
import { bench, engineBench } from "./bench";
import { contendersFor } from "./contenders";
import type { Contender } from "./contenders/contender";
import { engineSettings } from "./contenders/engineSettings";
import { modelRows } from "./model";
import { type Outcome, publish } from "./publish";
import type { Plan } from "./rounds";
import { scriptOf } from "./script/script";
import { shapes } from "./shapes";
import type { Shape } from "./shapes/shape";
import { star } from "./shapes/star";
import { sshBench } from "./ssh/bench";
import { measureStart, startRows } from "./start";
import { testingRows } from "./testing";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    shape: { type: "string" },
    n: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string", default: "5" },
    enough: { type: "string", default: "20" },
    limit: { type: "string", default: "40" },
    out: { type: "string" },
  },
});

const commands: Record<string, () => Promise<string[]>> = {
  all: () =>
    run(
      bench,
      chosen().map((shape) => ({ shape, ns: shape.ns, contenders: contendersFor(shape) })),
    ),
  engine: () => run(engineBench, [{ shape: star, ns: [200], contenders: engineSettings }]),
  ssh: () => publishing(() => sshBench(Number(values.n ?? 100), Number(values.rounds))),
  script: async () => chosen().flatMap((shape) => scriptLines(shape, Number(values.n ?? 2))),
  model: async () => modelRows(),
  testing: testingRows,
  start: async () => startRows(await measureStart()).map((row) => row.join(": ")),
};

main(positionals[0] ?? "all").catch((error) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});

async function main(command: string): Promise<void> {
  const lines = await commands[command]?.();
  if (!lines) throw new Error(`There is no command ${command}; there are ${Object.keys(commands).join(", ")}.`);
  console.log(lines.join("\n"));
}

async function run(bench: (plan: Plan) => Promise<Outcome>, all: Plan["shapes"]): Promise<string[]> {
  const isChosen = ({ id }: Contender) => values.only?.split(",").includes(id) ?? true;
  return publishing(() =>
    bench({
      shapes: all.map(({ shape, ns, contenders }) => ({
        shape,
        ns: values.n?.split(",").map(Number) ?? ns,
        contenders: contenders.filter(isChosen),
      })),
      rounds: Number(values.rounds),
      enoughSeconds: Number(values.enough),
      limitSeconds: Number(values.limit),
    }),
  );
}

/** A part of what there is to measure is for a look: that is kept only where one says. */
async function publishing(work: () => Promise<Outcome>): Promise<string[]> {
  if (process.getuid?.() !== 0)
    throw new Error("Run it as root: it makes throwaway hosts with a network of their own.");
  const isWhole = [values.n, values.only, values.shape].every((value) => value === undefined);
  const outcome = await work();
  if (isWhole || values.out !== undefined) await publish(outcome, values.out);
  return Object.values(outcome.blocks).flat();
}

function chosen(): readonly Shape[] {
  const ids = values.shape?.split(",") ?? shapes.map(({ id }) => id);
  return ids.map((id) => {
    const shape = shapes.find((one) => one.id === id);
    if (!shape) throw new Error(`There is no shape ${id}; there are ${shapes.map((one) => one.id).join(", ")}.`);
    return shape;
  });
}

/** The best script for a shape, as one can read it. */
function scriptLines(shape: Shape, n: number): string[] {
  const files = Object.entries(scriptOf(shape.inputs(n), availableParallelism()));
  return files.flatMap(([name, text]) => [`--- ${shape.id}/${name}`, text.trimEnd()]);
}
