import { grouped } from "../../provider/core/values";
import { type Packet, whyCommand } from "../../provider/kernel/packet";
import { printTable, styled } from "../table";
import { heardBy, isDifferent, isReached, type Result } from "./pairs";

/** Of many differences, so many are told. */
const MOST_TOLD = 20;
const WITHOUT_TERMINAL = 80;

/** For programs: a line for each, with tabs between. */
export function printLines(results: readonly Result[]): void {
  printTable(["FROM", "TO", "ADDRESS", "REACHED", "EXPECTED", "HEARD"], results.map(rowOf));
}

function rowOf(result: Result): string[] {
  const { from, to, address, expected } = result;
  return [from, to, address, reachedText(result), yesNo(expected), heardBy(result)];
}

/** For people: who reaches whom, and what is otherwise than the program has it. */
export function printMatrix(results: readonly Result[], packet: Omit<Packet, "to">): void {
  const byFrom = grouped(results, ({ from }) => from);
  const froms = sorted(results.map(({ from }) => from));
  const tos = sorted(results.map(({ to }) => to));
  const columns = tos.map((to) => Math.max(to.length, 1));
  const width = Math.max(...froms.map((name) => name.length)) + columns.reduce((sum, one) => sum + one + 2, 0);
  if (width <= (process.stdout.columns || WITHOUT_TERMINAL)) {
    const rows = froms.map((from) => {
      const cells = grouped(byFrom.get(from) ?? [], ({ to }) => to);
      return [from, ...tos.map((to) => cellOf(cells.get(to) ?? []))];
    });
    printTable(["", ...tos], rows);
  } else {
    const rows = froms.map((from) => {
      const its = byFrom.get(from) ?? [];
      return [from, `${its.filter(isReached).length} of ${its.length}`, String(its.filter(isDifferent).length)];
    });
    printTable(["FROM", "REACHES", "DIFFERENT"], rows);
  }
  summarize(results, packet);
}

/** What is the same by both families is said once. */
function cellOf(results: readonly Result[]): string {
  const marks = results.map((result) => [result.family === "inet" ? "4" : "6", markOf(result)] as const);
  const isSame = new Set(marks.map(([, mark]) => mark)).size === 1;
  return isSame ? (marks[0]?.[1] ?? "") : marks.map(([family, mark]) => family + mark).join("");
}

function markOf(result: Result): string {
  const mark = isReached(result) ? "✓" : "✗";
  if (isDifferent(result)) return styled("red", `${mark}!`);
  return isReached(result) ? styled("green", mark) : mark;
}

function summarize(results: readonly Result[], packet: Omit<Packet, "to">): void {
  const different = results.filter(isDifferent);
  const refused = results.filter(({ outcome }) => outcome.heard === "refused");
  const untold = results.filter(({ expected }) => expected === undefined);
  for (const result of different.slice(0, MOST_TOLD)) process.stdout.write(`${toldOf(result, packet)}\n`);
  if (different.length > MOST_TOLD) process.stdout.write(`and ${different.length - MOST_TOLD} more\n`);
  const parts = [
    `${results.filter(isReached).length} of ${results.length} reached`,
    ...(refused.length === 0 ? [] : [`${refused.length} refused`]),
    different.length === 0 ? "as expected" : `${different.length} not as expected`,
    ...(untold.length === 0 ? [] : [`${untold.length} that the program does not decide`]),
  ];
  process.stdout.write(`${parts.join(", ")}\n`);
}

function toldOf(result: Result, packet: Omit<Packet, "to">): string {
  const { from, to, address, expected } = result;
  const why = whyCommand({ ...packet, namespace: from, to: address });
  const what = expected ? "should be reached" : "should not be reached";
  return `${from} → ${to} (${address}) ${what}; heard: ${heardBy(result)}. See \`${why}\`.`;
}

/** A line for each, as ping(8) would say it. */
export function printOne(results: readonly Result[]): void {
  for (const result of results) {
    const { from, to, address } = result;
    const target = to === address ? to : `${to} (${address})`;
    const mark = isReached(result) ? styled("green", "✓") : styled("red", "✗");
    const more = isDifferent(result) ? `, and it ${result.expected ? "should" : "should not"} be reached` : "";
    process.stdout.write(`${mark} ${from} → ${target}: ${heardBy(result)}${more}\n`);
  }
}

/** That nobody listens on a port is not the program's: it tells only of the way there, and that is open. */
function reachedText(result: Result): string {
  return result.outcome.heard === "refused" ? "refused" : yesNo(isReached(result));
}

function yesNo(value: boolean | undefined): string {
  return value === undefined ? "unknown" : value ? "yes" : "no";
}

function sorted(names: readonly string[]): string[] {
  const { compare } = new Intl.Collator("en", { numeric: true });
  return [...new Set(names)].sort(compare);
}
