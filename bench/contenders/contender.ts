import type { LabHost } from "../../test/support/labHost";

/** What one round takes, in seconds. */
export interface Round {
  up: number;
  down: number;
  /** A second up of the same program. */
  noChange?: number;
  /** The up of a program in which one property of one device differs. */
  oneChange?: number;
  /** The most memory that the plugin had. */
  peakMiB?: number;
}

/** One way to make the star. */
export interface Contender {
  id: string;
  title: string;
  /** Makes what it needs and is not there yet, and says its version. Throws one line if it cannot be had. */
  prepare(): Promise<string>;
  /** Makes and removes the star on an empty host. Throws after `limitMs`. */
  round(host: LabHost, n: number, limitMs: number): Promise<Round>;
}

/** Runs `work` and returns how many seconds it took. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
