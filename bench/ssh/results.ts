import type { Machine } from "../machine";
import type { Spread } from "../spread";

/** `slow` is ssh with a delay. */
export type WayId = "here" | "ssh" | "slow";

/** One namespace; a star in one resource, in single ones, and in single ones of which the engine makes one at a time. */
export type CaseId = "one" | "topology" | "single" | "inTurn";

/** What an up and a destroy by the engine took, in seconds. */
export interface Took {
  lab: CaseId;
  resources: number;
  way: WayId;
  up: Spread;
  down: Spread;
  /** One call of Create, as the engine sees it, of all. The first of a run waits for the connection. */
  create: Spread;
}

/** What a way there takes. */
export interface Arrival {
  way: WayId;
  /** In milliseconds, through ssh. */
  roundTrip: Spread;
  /** In seconds, until the first program runs on a host that has none of the provider's … */
  first: Spread;
  /** … and on one that has them. */
  later: Spread;
}

export interface SshResults {
  date: string;
  machine: Machine;
  n: number;
  rounds: number;
  arrivals: Arrival[];
  took: Took[];
}
