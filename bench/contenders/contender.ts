import type { LabHost } from "../../test/support/labHost/labHost";
import type { Lab } from "../shapes/shape";

/** What one round takes, in seconds. */
export interface Round {
  up: number;
  down: number;
  /** A second up of the same program. */
  noChange?: number;
  /** The up of a program in which one value differs. */
  oneChange?: number;
  /** The up after somebody has broken one thing by hand. */
  oneRepair?: number;
  /** Check, before Create; the up has it in it. */
  check?: number;
  /** The most memory that the plugin had. */
  peakMiB?: number;
}

/** One way to make a lab. */
export interface Contender {
  id: string;
  title: string;
  /** Makes what it needs and is not there yet, and says its version. Throws one line if it cannot be had. */
  prepare(): Promise<string>;
  /** Makes and removes the lab on an empty host. Throws after `limitMs`. */
  round(host: LabHost, lab: Lab, limitMs: number): Promise<Round>;
}

/** How long `work` takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
