import { LabHost } from "../test/support/labHost";
import { root } from "../tools/places.mjs";
import { say } from "../tools/progress.mjs";
import type { Contender, Round } from "./contenders/contender";
import { type Spread, spread } from "./spread";
import { settle } from "./star";

export interface Plan {
  ns: number[];
  contenders: readonly Contender[];
  /** The most rounds of one contender at one N … */
  rounds: number;
  /** … and after how many seconds there is no further one. */
  enoughSeconds: number;
  /** The most that one operation may take. What is foreseen to take longer is left out. */
  limitSeconds: number;
}

export type Measured = { [What in keyof Round]: Spread };

/** What a contender took at one N, or why it did not run. */
export type Row = { n: number; contender: string } & (Measured | { absent: string });

/** Makes and removes the star in turn by all, on a new lab host each time; `absent` says who cannot run, and why. */
export async function measure(plan: Plan, absent: Record<string, string>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const n of plan.ns) {
    const seats = plan.contenders.map((contender): Seat => {
      const why = absent[contender.id] ?? tooLong(contender.id, n, rows, plan.limitSeconds);
      return { contender, why, rounds: [], spent: 0 };
    });
    for (let turn = 0; turn < plan.rounds; turn++) {
      const atWork = seats.filter(({ why, spent }) => why === undefined && spent <= plan.enoughSeconds);
      for (const seat of atWork) await takeTurn(seat, n, plan.limitSeconds);
    }
    rows.push(...seats.map((seat) => rowOf(seat, n)));
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

interface Seat {
  contender: Contender;
  /** Why it does not run, or no more. */
  why: string | undefined;
  rounds: Round[];
  /** The seconds that its rounds have taken. */
  spent: number;
}

async function takeTurn(seat: Seat, n: number, limitSeconds: number): Promise<void> {
  const begin = performance.now();
  const title = `N = ${n}, ${seat.contender.title}`;
  try {
    const round = await oneRound(seat.contender, n, limitSeconds);
    seat.rounds.push(round);
    say(`${title}: up ${round.up.toFixed(2)} s, down ${round.down.toFixed(2)} s`);
  } catch (error) {
    seat.why = reason(error);
    say(`${title}: ${seat.why}`);
  }
  seat.spent += (performance.now() - begin) / 1000;
}

function rowOf({ contender, why, rounds }: Seat, n: number): Row {
  return { n, contender: contender.id, ...(why === undefined ? summary(rounds) : { absent: why }) };
}

async function oneRound(contender: Contender, n: number, limitSeconds: number): Promise<Round> {
  const host = await LabHost.start();
  try {
    const round = await contender.round(host, n, limitSeconds * 1000);
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
  return `left out: some ${Math.round(foreseen)} s foreseen, ${limitSeconds} s are the limit`;
}

function longest({ up, down }: Measured): number {
  return Math.max(up.median, down.median);
}

function summary(rounds: readonly Round[]): Measured {
  const names = Object.keys(rounds[0] ?? {}) as (keyof Round)[];
  return Object.fromEntries(
    names.map((name) => [name, spread(rounds.map((round) => round[name] ?? Number.NaN))]),
  ) as unknown as Measured;
}
