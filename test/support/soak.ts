/** Whether `npm run soak` runs the tests: the long ones then have no end before their last case. */
const isSoak = process.env.NETNS_SOAK !== undefined;

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

/**
 * Where random stories begin: at NETNS_SEED; else a bounded run tells the same ones each time, so that it fails for what
 * was changed, and a soak looks for new ones.
 */
export function seeded(): { seed?: number } {
  const { NETNS_SEED } = process.env;
  if (NETNS_SEED !== undefined) return { seed: Number(NETNS_SEED) };
  return isSoak ? {} : { seed: 1 };
}
