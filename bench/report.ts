import type { Results } from "./results";
import { isMeasured, type Row } from "./rounds";
import type { Spread } from "./spread";
import type { StarResults } from "./starBench";
import { startRows } from "./start";

/** All of it as Markdown that reads well on a terminal, too. */
export function starLines(results: StarResults): string[] {
  const ns = [...new Set(results.rows.map(({ n }) => n))];
  const goals = results.goals.map(({ goal, value, limit, met }) => [
    goal,
    value.toFixed(2),
    String(limit),
    met ? "met" : "**missed**",
  ]);
  return [
    ...headLines(results),
    ...ns.flatMap((n) => ["", ...rowLines(results, n)]),
    "",
    ...table(["the plugin", ""], [...startRows(results.start), ...ourRows(results), ...shareRows(results)]),
    "",
    ...table(["grows with this power of N", "from", "to", "up", "down"], growthRows(results)),
    "",
    ...table(["goal", "is", "at most", ""], goals),
  ];
}

export function headLines({ date, machine, plan }: Results): string[] {
  return [
    `${date}: netns ${machine.provider}, Pulumi ${machine.engine}, Node ${machine.node}, kernel ${machine.kernel}, ${machine.cores} cores`,
    `(${machine.processor}), ${machine.memoryGiB} GiB, load ${machine.load} before. Medians of up to ${plan.rounds} rounds, none after`,
    `${plan.enoughSeconds} s of one contender; in brackets the least and the most. Ratios are to the first row's up.`,
  ];
}

/** A row for each contender at one N, and below why some have none. */
export function rowLines({ rows, contenders }: Results, n: number): string[] {
  const here = rows.filter((row) => row.n === n);
  const measured = here.filter(isMeasured);
  const titleOf = ({ contender }: Row) => contenders[contender]?.title ?? contender;
  const unit = measured[0]?.up.median ?? Number.NaN;
  const cells = measured.map((row) => {
    const { up, down, noChange, oneChange } = row;
    const others = [down, noChange, oneChange].map(seconds);
    return [titleOf(row), String(up.rounds), seconds(up), (up.median / unit).toFixed(2), ...others];
  });
  const header = [`N = ${n}`, "rounds", "up, s", "ratio", "down, s", "no change, s", "one change, s"];
  const missing = here.flatMap((row) => (isMeasured(row) ? [] : [`- ${titleOf(row)}: ${row.absent}`]));
  return [...table(header, cells), "", ...missing];
}

function growthRows({ growth, contenders }: StarResults): string[][] {
  return growth.map(({ contender, from, to, up, down }) => [
    contenders[contender]?.title ?? contender,
    ...[String(from), String(to), up.toFixed(2), down.toFixed(2)],
  ]);
}

function ourRows({ rows, contenders }: Results): string[][] {
  const most = Math.max(...rows.map(({ n }) => n));
  return rows
    .filter(isMeasured)
    .filter(({ n, contender }) => n === most && ["provider", "topology", "single"].includes(contender))
    .flatMap(({ contender, check, peakMiB }) => {
      const where = `N = ${most}, ${contenders[contender]?.title}`;
      return [
        ...(check ? [[`Check, ${where}`, `${seconds(check)} s`]] : []),
        ...(peakMiB ? [[`peak memory, ${where}`, `${peakMiB.max.toFixed(0)} MiB`]] : []),
      ];
    });
}

function shareRows({ createShare: { n, ...shares } }: StarResults): string[][] {
  return Object.entries(shares).flatMap(([id, share]) =>
    share === undefined ? [] : [[`a Create is under way, N = ${n}, ${id}`, `${(100 * share).toFixed(0)} % of the up`]],
  );
}

function seconds(spread?: Spread): string {
  if (!spread) return "";
  const { median, min, max, rounds } = spread;
  return rounds === 1 ? median.toFixed(2) : `${median.toFixed(2)} (${min.toFixed(2)}-${max.toFixed(2)})`;
}

function table(header: string[], rows: string[][]): string[] {
  const all = [header, ...rows];
  const widths = header.map((_, at) => Math.max(3, ...all.map((row) => row[at]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
}
