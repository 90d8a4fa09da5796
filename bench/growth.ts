import { isMeasured, type Measured, type Row } from "./rounds";
import { short } from "./spread";

type Way = "up" | "down";

/** With which power of N a contender's time grows: 1 is linear, 2 quadratic. */
export interface Growth {
  shape: string;
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
  const large = rows.filter(isMeasured).filter(({ n }) => n >= SMALL);
  return large.flatMap((first) => {
    const { shape, contender, n: from } = first;
    const mine = large.filter((row) => row.shape === shape && row.contender === contender);
    const last = mine.at(-1);
    if (mine[0] !== first || !last || last === first) return [];
    return [{ shape, contender, from, to: last.n, up: power(first, last, "up"), down: power(first, last, "down") }];
  });
}

function power(first: Row & Measured, last: Row & Measured, way: Way): number {
  return short(Math.log(last[way].median / first[way].median) / Math.log(last.n / first.n));
}
