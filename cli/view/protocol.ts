/** What is said between the parts of `netns view`: the one that looks, the server, and the page. */

/** Whether a device is up and has a carrier, then bytes in and out, then frames in and out, since it was made. */
export type Counted = [isUp: boolean, hasCarrier: boolean, rx: number, tx: number, rxFrames: number, txFrames: number];

/** By host and device. */
export interface Counters {
  /** When, in milliseconds. */
  at: number;
  hosts: Record<string, Record<string, Counted>>;
}

/** The lab as it is, and where it differs from what the stack says. */
export interface Picture {
  /** In colour where it differs. */
  svg: string;
  /** The same with each host of many that are alike. */
  whole: string;
  /** Undefined as long as nobody has looked. */
  drift?: string[];
}

export interface Table {
  title: string;
  head: string[];
  rows: string[][];
}

/** What became of a ping; without text none was sent. */
export interface Cell {
  ms?: number;
  text: string;
  isReached: boolean;
  /** The program has it otherwise. */
  isDifferent: boolean;
}

/** Who reaches whom: a row a sender. */
export interface Matrix {
  hosts: string[];
  cells: Cell[][];
}

export interface FrameRow {
  /** Nanoseconds since 1970, in decimal. */
  time: string;
  end: string;
  length: number;
  text: string;
}

/** What the one that looks tells without being asked. */
export type News = { counters: Counters } | { picture: Picture } | { problem: string };

/** What it answers. */
export interface Answers {
  tables: { ask: { host: string }; answer: Table[] };
}

export type Question = {
  [Name in keyof Answers]: { id: number; name: Name; ask: Answers[Name]["ask"] };
}[keyof Answers];
export type Reply = { id: number; answer: unknown } | { id: number; error: string };
