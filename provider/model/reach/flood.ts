import { after, heardAt, limitOf } from "../frames";
import type { Next } from "../frames/point";
import type { Wiring } from "../frames/wiring";
import type { Device } from "../graph";
import type { Drop } from "./types";

/** A place that a frame has come to, by which others. What has ended it before is kept: it is followed to see what it missed. */
export interface Frame extends Next {
  before?: Frame | undefined;
  /** The largest packet that fits, and the device that says so. */
  limit: number;
  limitAt?: Device | undefined;
}

/** Where a frame that a device sends to all gets, and where it would if nothing had ended it. */
export interface Flood {
  heard: ReadonlyMap<Device, Frame>;
  /** Those that it does not reach, with what ended it. */
  missed: ReadonlyMap<Device, Frame>;
  /** Where it may get further: what decides that is not known. */
  open: Drop[];
  /** Where it ends for good, and nobody is behind. */
  ends: Drop[];
}

/** In a ring of devices a frame would go on for ever. */
const MOST_FRAMES = 200_000;

export function floodFrom(wiring: Wiring, device: Device): Flood {
  const [heard, missed, seen] = [new Map<Device, Frame>(), new Map<Device, Frame>(), new Set<string | number>()];
  const flood: Flood = { heard, missed, open: [], ends: [] };
  // What nothing has ended goes first, so that each place is reached by such a frame if by any.
  const whole: Frame[] = [{ at: "out", device, tags: "", limit: Number.POSITIVE_INFINITY }];
  const ended: Frame[] = [];
  for (let frame = whole.pop(); frame && seen.size < MOST_FRAMES; frame = whole.pop() ?? ended.pop()) {
    const key = keyOf(wiring, frame);
    if (seen.has(key)) continue;
    seen.add(key);
    const hears = frame.at === "up" ? heardAt(wiring, frame) : undefined;
    if (hears) {
      const last = hears.drop && !frame.drop ? { ...frame, drop: hears.drop } : frame;
      if (!last.drop && !last.onlyLearnt) heard.set(frame.device, last);
      else if (!missed.has(frame.device)) missed.set(frame.device, last);
    }
    for (const one of after(wiring, frame)) {
      if ("end" in one) {
        if (!frame.drop) (one.end.isOpen ? flood.open : flood.ends).push(one.end);
        continue;
      }
      const made = follow(frame, one);
      if (made.drop?.isOpen && !frame.drop) flood.open.push(made.drop);
      const end = plainEnd(wiring, made);
      if (end) heard.set(end.device, end);
      else (made.drop ? ended : whole).push(made);
    }
  }
  return flood;
}

/** Straight to the other end of a cable where nothing is in between, as most of many hosts are. */
function plainEnd(wiring: Wiring, frame: Frame): Frame | undefined {
  const { at, device, tags, drop, onlyLearnt } = frame;
  if (at !== "out" || tags !== "" || drop || onlyLearnt || device.link?.type !== "veth") return undefined;
  const { peer, up, qdiscs } = device;
  if (!peer || up !== true || qdiscs.length > 0 || peer.up !== true || peer.bridge) return undefined;
  return wiring.above.has(peer) ? undefined : follow(frame, { at: "up", device: peer, tags, limit: limitOf(peer) });
}

const PLACES = { out: 0, in: 1, up: 2, bridge: 3 };

/** A number where it has no tag, as most have: there are many. */
function keyOf({ numbers }: Wiring, { at, device, tags, isIsolated = false }: Frame): string | number {
  const number = (numbers.get(device) ?? -1) * 5 + (isIsolated === false ? PLACES[at] : 4);
  return tags === "" ? number : `${number} ${tags}`;
}

function follow(frame: Frame, next: Next): Frame {
  const { at, device, tags, from, patch, isIsolated, decided } = next;
  const isLess = next.limit !== undefined && next.limit < frame.limit;
  return {
    ...{ at, device, tags, from, patch, isIsolated, decided },
    before: frame,
    drop: frame.drop ?? next.drop,
    notLearnt: frame.notLearnt ?? next.notLearnt,
    onlyLearnt: frame.onlyLearnt ?? next.onlyLearnt,
    limit: isLess ? (next.limit as number) : frame.limit,
    limitAt: isLess ? device : frame.limitAt,
  };
}
