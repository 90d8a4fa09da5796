import type { Device } from "../graph";
import type { Decision, Drop } from "./types";

/** A place on the way of a frame. */
export interface Frame {
  /** It goes out by the device, comes in by it, or is above it: past the bridge that it may be a port of. */
  step: "out" | "in" | "up";
  device: Device;
  /** Its VLAN tags, the outer one first, each with `/` behind. */
  tags: string;
  before?: Frame | undefined;
  /** What decided that it is here. */
  decided?: (() => Decision) | undefined;
  /** What has ended it by here: it is followed further to see what it did not reach. */
  drop?: Drop | undefined;
  /** What ends it here if it is for one device of which the bridges have not learnt yet. */
  notLearnt?: Drop | undefined;
  /** It gets here only if it is for one device, of which a tunnel has learnt: this is why not else. */
  onlyLearnt?: Drop | undefined;
  /** The largest packet that fits, and the device that says so. */
  limit: number;
  limitAt?: Device | undefined;
}

/** Where a frame is next; `drop` is what ends it on the way there. */
export type Next = Pick<Frame, "step" | "device" | "tags"> &
  Partial<Pick<Frame, "decided" | "drop" | "notLearnt" | "onlyLearnt" | "limit">>;

/** Ends a frame where nobody is behind. */
export type End = { end: Drop };

export type After = (Next | End)[];

export function outerOf(tags: string): number | undefined {
  return tags === "" ? undefined : Number.parseInt(tags, 10);
}

export function withoutOuter(tags: string): string {
  return tags.slice(tags.indexOf("/") + 1);
}

export function tagOf(vid: number): string {
  return `${vid}/`;
}
