/** What several rounds of one thing gave. */
export interface Spread {
  median: number;
  min: number;
  max: number;
  rounds: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  const middle = sorted.length % 2 === 0 ? (at(0.5) + (sorted[sorted.length / 2] ?? Number.NaN)) / 2 : at(0.5);
  return { median: short(middle), min: short(at(0)), max: short(at(1)), rounds: sorted.length };
}

/** Four digits say all that a measurement of time can. */
export function short(value: number): number {
  return Number(value.toPrecision(4));
}
