import type { Measured, Row } from "./rounds";
import type { Spread } from "./spread";
import type { Results } from "./starBench";
import { startLines } from "./start";

/** Results as tables for a terminal: medians, and the least and the most in brackets. */
export function reportLines(results: Results): string[] {
  const { machine, date, rows, start, createShare, goals, plan } = results;
  const ns = [...new Set(rows.map(({ n }) => n))];
  return [
    `${date}, kernel ${machine.kernel}, ${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB`,
    `netns ${machine.provider}, Pulumi ${machine.engine}, Node ${machine.node}`,
    `medians of up to ${plan.rounds} rounds, none after ${plan.enoughSeconds} s of one contender; (least-most)`,
    "Mininet makes its nearest: a Linux bridge with hosts, no controller",
    ...ns.flatMap((n) => ["", ...starLines(results, n)]),
    "",
    ...startLines(start),
    ...memoryLines(results),
    ...(["topology", "single"] as const).flatMap((id) => shareLine(id, createShare)),
    "",
    ...table(
      ["goal", "is", "at most", ""],
      goals.map(({ goal, value, limit, met }) => [goal, value.toFixed(2), String(limit), met ? "met" : "MISSED"]),
    ),
  ];
}

function starLines({ rows, contenders }: Results, n: number): string[] {
  const here = rows.filter((row) => row.n === n);
  const script = here.filter(isMeasured).find(({ contender }) => contender === "ipBatch");
  const times = ({ up }: Measured) => (script ? (up.median / script.up.median).toFixed(2) : "");
  const header = [`N = ${n}`, "rounds", "up, s", "/ script", "down, s", "no change, s", "one change, s"];
  return table(
    header,
    here.map((row) => {
      const title = contenders[row.contender]?.title ?? row.contender;
      if (!isMeasured(row)) return [title, "", row.absent];
      const { up, down, noChange, oneChange } = row;
      return [title, String(up.rounds), text(up), times(row), text(down), text(noChange), text(oneChange)];
    }),
  );
}

function memoryLines({ rows, contenders }: Results): string[] {
  const most = Math.max(...rows.map(({ n }) => n));
  return rows
    .filter(isMeasured)
    .filter(({ n, contender }) => n === most && ["provider", "topology", "single"].includes(contender))
    .filter(({ peakMiB }) => peakMiB !== undefined && peakMiB.max > 0)
    .map(({ contender, peakMiB }) => {
      const title = contenders[contender]?.title;
      return `peak memory of the plugin at N = ${most}, ${title}: ${peakMiB?.max.toFixed(0)} MiB`;
    });
}

function shareLine(id: "topology" | "single", { n, ...shares }: Results["createShare"]): string[] {
  const share = shares[id];
  if (share === undefined) return [];
  return [
    `time with a Create of the provider under way, ${id}, N = ${n}: ${(100 * share).toFixed(0)} % of the whole up`,
  ];
}

function isMeasured(row: Row): row is Row & Measured {
  return !("absent" in row);
}

function text(spread?: Spread): string {
  if (!spread) return "";
  const { median, min, max, rounds } = spread;
  return rounds === 1 ? median.toFixed(2) : `${median.toFixed(2)} (${min.toFixed(2)}-${max.toFixed(2)})`;
}

function table(header: string[], rows: string[][]): string[] {
  const all = [header, ...rows];
  // What says why a contender is absent may run over the columns.
  const widths = header.map((_, at) =>
    Math.max(...all.filter((row) => row.length === header.length).map((row) => row[at]?.length ?? 0)),
  );
  return all.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
