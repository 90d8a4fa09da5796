import type { LabHost } from "../../test/support/labHost";

/** What one round takes, in seconds. */
export interface Round {
  up: number;
  down: number;
  /** A second up of the same program. */
  noChange?: number;
  /** The up of a program in which one property of one device differs. */
  oneChange?: number;
  /** Check, before Create. */
  check?: number;
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

export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const begin = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - begin) / 1000 };
}

/** How long `work` takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  return (await timed(work)).seconds;
}
