import { isMeasured, type Measured, type Row } from "./rounds";
import { short } from "./spread";

type Way = "up" | "down";

/** With which power of N a contender's time grows: 1 is linear, 2 quadratic. */
export interface Growth {
  contender: string;
  from: number;
  to: number;
  up: number;
  down: number;
}

/** Up to this N it is the start of things that counts. */
const SMALL = 100;

/** From the smallest N that is not small to the largest that a contender was measured at. */
export function growthsOf(rows: readonly Row[]): Growth[] {
  const ids = [...new Set(rows.map(({ contender }) => contender))];
  return ids.flatMap((id) => {
    const mine = rows.filter(isMeasured).filter(({ contender, n }) => contender === id && n >= SMALL);
    const [first, last] = [mine[0], mine.at(-1)];
    if (!first || !last || first === last) return [];
    const ends = { contender: id, from: first.n, to: last.n };
    return [{ ...ends, up: power(first, last, "up"), down: power(first, last, "down") }];
  });
}

function power(first: Row & Measured, last: Row & Measured, way: Way): number {
  return short(Math.log(last[way].median / first[way].median) / Math.log(last.n / first.n));
}
