import { LabHost } from "../test/support/labHost/labHost";
import { root } from "../tools/places.mjs";
import { say } from "../tools/progress.mjs";
import type { Contender, Round } from "./contenders/contender";
import { settle } from "./settle";
import type { Lab, Shape } from "./shapes/shape";
import { type Spread, spread } from "./spread";

export interface Plan {
  shapes: readonly { shape: Shape; ns: readonly number[]; contenders: readonly Contender[] }[];
  /** The most rounds of one contender at one N … */
  rounds: number;
  /** … and after how many seconds there is no further one. */
  enoughSeconds: number;
  /** The most that one operation may take. What is foreseen to take longer is left out. */
  limitSeconds: number;
}

export type Measured = { [What in keyof Round]: Spread };

/** What a contender took for a shape at one N, or why it did not run. */
export type Row = { shape: string; n: number; contender: string } & (Measured | { absent: string });

/** Makes and removes all shapes in turn by all, on a new lab host each time; `absent` says who cannot run, and why. */
export async function measure(plan: Plan, absent: Record<string, string>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { shape, ns, contenders } of plan.shapes) {
    const ours: Row[] = [];
    for (const n of ns) {
      const all = contenders.map((contender): Series => {
        const why = absent[contender.id] ?? tooLong(contender.id, n, ours, plan.limitSeconds);
        return { contender, lab: { shape, n }, why, rounds: [], spent: 0 };
      });
      for (let turn = 0; turn < plan.rounds; turn++) {
        const atWork = all.filter(({ why, spent }) => why === undefined && spent <= plan.enoughSeconds);
        for (const series of atWork) await takeTurn(series, plan.limitSeconds);
      }
      ours.push(...all.map(rowOf));
    }
    rows.push(...ours);
  }
  return rows;
}

export function isMeasured(row: Row): row is Row & Measured {
  return !("absent" in row);
}

/** One line of an error that says what there is to know. */
export function reason(error: unknown): string {
  const lines = String(error instanceof Error ? error.message : error).split("\n");
  const said = lines.find((line) => /error:/i.test(line)) ?? lines[0] ?? "";
  const plain = said.replace(/^\s*error:\s*/i, "").replaceAll(`${root}/`, "");
  // What a limit of time has ended has no exit code.
  return plain.replace(/ ended with undefined$/, " took longer than the limit").trim();
}

/** The rounds of a contender at one N of one shape. */
interface Series {
  contender: Contender;
  lab: Lab;
  /** Why it does not run, or no more. */
  why: string | undefined;
  rounds: Round[];
  /** The seconds that its rounds have taken. */
  spent: number;
}

async function takeTurn(series: Series, limitSeconds: number): Promise<void> {
  const { contender, lab } = series;
  const begin = performance.now();
  const title = `${lab.shape.id}, N = ${lab.n}, ${contender.title}`;
  try {
    const round = await oneRound(contender, lab, limitSeconds);
    series.rounds.push(round);
    say(`${title}: up ${round.up.toFixed(2)} s, down ${round.down.toFixed(2)} s`);
  } catch (error) {
    series.why = reason(error);
    say(`${title}: ${series.why}`);
  }
  series.spent += (performance.now() - begin) / 1000;
}

function rowOf({ contender, lab: { shape, n }, why, rounds }: Series): Row {
  return {
    ...{ shape: shape.id, n, contender: contender.id },
    ...(why === undefined ? summary(rounds) : { absent: why }),
  };
}

async function oneRound(contender: Contender, lab: Lab, limitSeconds: number): Promise<Round> {
  const host = await LabHost.start();
  try {
    const round = await contender.round(host, lab, limitSeconds * 1000);
    await settle(host);
    return round;
  } finally {
    await host.stop();
  }
}

/** What grows as it did between the last two N. */
function tooLong(id: string, n: number, rows: readonly Row[], limitSeconds: number): string | undefined {
  const [before, last] = rows.filter(({ contender }) => contender === id).slice(-2);
  if (last && "absent" in last) return last.absent;
  if (!before || !last || "absent" in before) return undefined;
  const power = Math.log(longest(last) / longest(before)) / Math.log(last.n / before.n);
  const foreseen = longest(last) * (n / last.n) ** power;
  if (foreseen <= limitSeconds) return undefined;
  return `left out: it would take about ${Math.round(foreseen)} s, and the limit is ${limitSeconds} s`;
}

function longest({ up, down }: Measured): number {
  return Math.max(up.median, down.median);
}

function summary(rounds: readonly Round[]): Measured {
  const names = [...new Set(rounds.flatMap((round) => Object.keys(round)))] as (keyof Round)[];
  return Object.fromEntries(
    names.map((name) => [name, spread(rounds.flatMap((round) => round[name] ?? []))]),
  ) as unknown as Measured;
}
