import type { Round } from "./contenders/contender";
import type { Results } from "./results";
import { isMeasured, type Row } from "./rounds";
import type { Spread } from "./spread";

/** What there is to read of a round, in the order of the columns. */
const COLUMNS: Partial<Record<keyof Round, string>> = {
  down: "down, s",
  noChange: "no change, s",
  oneChange: "one change, s",
  oneRepair: "one repair, s",
  check: "Check, s",
  peakMiB: "MiB",
};

/** A row for each contender at one N, and below why some have none. */
export function rowLines({ rows, contenders }: Results, shape: string, n: number, title = `N = ${n}`): string[] {
  const here = rows.filter((row) => row.shape === shape && row.n === n);
  const measured = here.filter(isMeasured);
  const titleOf = ({ contender }: Row) => contenders[contender]?.title ?? contender;
  const unit = measured[0]?.up.median ?? Number.NaN;
  const columns = (Object.keys(COLUMNS) as (keyof Round)[]).filter((name) => measured.some((row) => row[name]));
  const cells = measured.map((row) => {
    const first = [titleOf(row), String(row.up.rounds), text(row.up), (row.up.median / unit).toFixed(2)];
    return [
      ...first,
      ...columns.map((name) => (name === "peakMiB" ? (row[name]?.max.toFixed(0) ?? "") : text(row[name]))),
    ];
  });
  const header = [title, "rounds", "up, s", "ratio", ...columns.map((name) => COLUMNS[name] ?? "")];
  const missing = here.flatMap((row) => (isMeasured(row) ? [] : [`- ${titleOf(row)}: ${row.absent}`]));
  return [...table(header, cells), ...(missing.length > 0 ? ["", ...missing] : [])];
}

/** A table of Markdown that reads well on a terminal, too. */
export function table(header: string[], rows: string[][]): string[] {
  const all = [header, ...rows];
  const widths = header.map((_, at) => Math.max(3, ...all.map((row) => row[at]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
}

function text(spread?: Spread): string {
  if (!spread) return "";
  const { median, min, max, rounds } = spread;
  return rounds === 1 ? median.toFixed(2) : `${median.toFixed(2)} (${min.toFixed(2)}-${max.toFixed(2)})`;
}
