import type { Maybe, OvsPortFact } from "../../resources/facts";
import type { Device, Said } from "../graph";
import type { Decision, Drop } from "../reach/types";

/** A place on the way of a frame. */
export interface Point {
  /** On its way out by the device, arrived at it, within the bridge that it is, or above: past the bridge that it is a port of. */
  at: "out" | "in" | "bridge" | "up";
  device: Device;
  /** The VLAN tags that it has there, the outer one first, each with `/` behind. In a bridge that knows VLANs: its own. */
  tags: string;
  /** In a bridge: the port that it has come in by, which it does not go out by again; the bridge itself is one. */
  from?: Device | undefined;
  /** The same of a patch between bridges of Open vSwitch, which is no device. */
  patch?: OvsPort | undefined;
  /** In a bridge of Linux: whether that port is isolated. */
  isIsolated?: Maybe<boolean> | undefined;
}

/** Where a frame is next, and what there is to say of its way there. */
export interface Next extends Point {
  /** What decided that it is here, after it was there. */
  decided?: ((before: Point) => Decision) | undefined;
  /** What ends it on the way there. */
  drop?: Drop | undefined;
  /** What ends it here if it is for one device of which the bridges have not learnt yet. */
  notLearnt?: Drop | undefined;
  /** It gets here only if it is for one device, of which a tunnel has learnt: this is why not else. */
  onlyLearnt?: Drop | undefined;
  /** The largest packet that fits. */
  limit?: number;
}

/** Where a frame is next; an `end` is where it ends, and nobody is behind. */
export type After = (Next | { end: Drop })[];

export type OvsPort = Said<OvsPortFact>;

/** The VLAN of the outer tag, of those that bridges and vlan devices of 802.1Q know; undefined without one. */
export function outerOf(tags: string): number | undefined {
  return /^\d/.test(tags) ? Number.parseInt(tags, 10) : undefined;
}

export function withoutOuter(tags: string): string {
  return tags.slice(tags.indexOf("/") + 1);
}

/** A tag as `Point.tags` has it; one of 802.1ad is another, of the same number. */
export function tagOf(vid: number, protocol = "802.1Q"): string {
  return protocol === "802.1Q" ? `${vid}/` : `s${vid}/`;
}
