/** Whether `npm run soak` runs the tests: the long ones then have no end before their last case. */
export const isSoak = process.env.NETNS_SOAK !== undefined;

/** How many cases of a long test to run: `bounded` in `npm test`, `whole` in `npm run soak`. NETNS_SOAK=N gives another number. */
export function cases(bounded: number, whole: number): number {
  if (!isSoak) return bounded;
  return Number(process.env.NETNS_SOAK) || whole;
}

/** An even choice of `count` of these, the first and the last among them. */
export function sample<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  return Array.from({ length: count }, (_, index) => all[Math.round((index * (all.length - 1)) / (count - 1))] as T);
}
