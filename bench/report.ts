import type { BenchResults, Results } from "./results";
import { shapes } from "./shapes";
import { sizeOf } from "./shapes/shape";
import { startRows } from "./start";
import { rowLines, table } from "./table";

const STAR = "star";

/** The star, and what is known of the plugin, as Markdown. */
export function starLines(results: BenchResults): string[] {
  const { start, createShare, goals } = results;
  return [
    ...(STAR in results.shapes ? headLines(results) : []),
    ...nsOf(results, STAR).flatMap((n) => ["", ...rowLines(results, STAR, n)]),
    ...section(["the plugin", ""], [...(start ? startRows(start) : []), ...shareRows(createShare)]),
    ...section(["grows with this power of N", "from", "to", "up", "down"], growthRows(results)),
    ...section(
      ["goal", "is", "at most", ""],
      goals.map(({ goal, value, limit, met }) => [goal, value.toFixed(2), String(limit), met ? "met" : "**missed**"]),
    ),
  ];
}

/** The other shapes, each with what it is and how many things of all sorts it has. */
export function shapesLines(results: BenchResults): string[] {
  const others = shapes.filter(({ id }) => id !== STAR && id in results.shapes);
  return [
    ...(others.length > 0 ? headLines(results) : []),
    ...others.flatMap(({ id, about, inputs }) => [
      "",
      `**${id}**: ${about}`,
      ...nsOf(results, id).flatMap((n) => [
        "",
        ...rowLines(results, id, n, `${id}, N = ${n} (${sizeOf(inputs(n))} elements)`),
      ]),
    ]),
  ];
}

export function headLines({ date, machine, plan }: Results): string[] {
  return [
    `${date}: netns ${machine.provider}, Pulumi ${machine.engine}, Node ${machine.node}, kernel ${machine.kernel}, ${machine.cores} cores`,
    `(${machine.processor}), ${machine.memoryGiB} GiB, load ${machine.load} before. Medians of up to ${plan.rounds} rounds; no new round starts after`,
    `${plan.enoughSeconds} s of one contender; minimum and maximum in brackets. Ratios are to the first row's up.`,
  ];
}

function nsOf({ rows }: Results, shape: string): number[] {
  return [...new Set(rows.filter((row) => row.shape === shape).map(({ n }) => n))];
}

function section(header: string[], rows: string[][]): string[] {
  return rows.length === 0 ? [] : ["", ...table(header, rows)];
}

function growthRows({ growth, contenders }: BenchResults): string[][] {
  return growth.map(({ shape, contender, from, to, up, down }) => [
    `${shape}, ${contenders[contender]?.title ?? contender}`,
    ...[String(from), String(to), up.toFixed(2), down.toFixed(2)],
  ]);
}

function shareRows(createShare: BenchResults["createShare"]): string[][] {
  const { n, ...shares } = createShare ?? { n: 0 };
  return Object.entries(shares).flatMap(([id, share]) =>
    share === undefined ? [] : [[`a Create is running, N = ${n}, ${id}`, `${(100 * share).toFixed(0)} % of the up`]],
  );
}
