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
  /** The port that it has left the bridge by that it began in. */
  exit?: Device | undefined;
}

/** All places that a frame gets to from one. */
interface Spread {
  heard: Map<Device, Frame>;
  missed: Map<Device, Frame>;
  open: Ended[];
  ends: Ended[];
  /** It comes back to the bridge that it began in, or to another one a second time. */
  goesRound: boolean;
}

interface Ended {
  drop: Drop;
  exit: Device | undefined;
}

/** Where a frame that a device sends to all gets, and where it would if nothing had ended it. */
export class Flood {
  private readonly rebased = new Map<Frame, Frame>();

  constructor(
    private readonly spread: Spread,
    /** How it gets into the bridge from which the rest is the same for all behind it. */
    private readonly entry?: Frame,
  ) {}

  /** How it gets there, if it does. */
  to(device: Device): Frame | undefined {
    return this.frame(this.spread.heard.get(device));
  }

  /** What has ended it, of one whom it does not reach. */
  missed(device: Device): Frame | undefined {
    return this.frame(this.spread.missed.get(device));
  }

  allHeard(): Device[] {
    return this.others(this.spread.heard);
  }

  allMissed(): Device[] {
    return this.others(this.spread.missed);
  }

  /** Where it may get further: what decides that is not known. */
  get open(): Drop[] {
    return this.drops(this.spread.open);
  }

  /** Where it ends for good, and nobody is behind. */
  get ends(): Drop[] {
    return this.drops(this.spread.ends);
  }

  private others(frames: ReadonlyMap<Device, Frame>): Device[] {
    return [...frames].flatMap(([device, frame]) => (this.isElsewhere(frame) ? [device] : []));
  }

  private drops(all: readonly Ended[]): Drop[] {
    return all.filter((one) => this.isElsewhere(one)).map(({ drop }) => drop);
  }

  /** A bridge sends nothing out by the port that it has come in by. */
  private isElsewhere({ exit }: Pick<Frame, "exit">): boolean {
    return !this.entry || exit === undefined || exit !== this.entry.from;
  }

  private frame(frame: Frame | undefined): Frame | undefined {
    return frame && this.isElsewhere(frame) ? this.after(frame) : undefined;
  }

  /** A frame of the bridge's as one of the sender's. */
  private after(frame: Frame): Frame {
    const { entry } = this;
    if (!entry) return frame;
    if (!frame.before) return entry;
    const known = this.rebased.get(frame);
    if (known) return known;
    const isLess = frame.limit < entry.limit;
    const [limit, limitAt] = isLess ? [frame.limit, frame.limitAt] : [entry.limit, entry.limitAt];
    const made = { ...frame, before: this.after(frame.before), limit, limitAt };
    this.rebased.set(frame, made);
    return made;
  }
}

/** The floods of a lab, what all behind a bridge have in common found out once. */
export class Floods {
  private readonly ofDevice = new Map<Device, Flood>();
  private readonly behind = new Map<string | number, Spread>();

  constructor(private readonly wiring: Wiring) {}

  of(device: Device): Flood {
    const known = this.ofDevice.get(device) ?? this.find(device);
    this.ofDevice.set(device, known);
    return known;
  }

  private find(device: Device): Flood {
    const first: Frame = { at: "out", device, tags: "", limit: Number.POSITIVE_INFINITY };
    const entry = entryOf(this.wiring, first);
    const shared = entry && this.from(entry);
    return shared && !shared.goesRound ? new Flood(shared, entry) : new Flood(spreadFrom(this.wiring, first));
  }

  private from({ at, device, tags }: Frame): Spread {
    const start: Frame = { at, device, tags, limit: Number.POSITIVE_INFINITY };
    const key = keyOf(this.wiring, start);
    const known = this.behind.get(key) ?? spreadFrom(this.wiring, start);
    this.behind.set(key, known);
    return known;
  }
}

/** Where a frame comes into a bridge that does with it as with those of others, if it has one way only to there. */
function entryOf(wiring: Wiring, first: Frame): Frame | undefined {
  let frame = first;
  while (frame.at !== "bridge") {
    const isPlain = frame.at === "in" || frame.device.link?.type === "veth" || frame.device.link?.type === "vlan";
    const [next, ...more] = isPlain ? after(wiring, frame) : [];
    if (!next || "end" in next || next.at === "up" || next.drop || more.length > 0) return undefined;
    frame = follow(frame, next);
  }
  const { device, from, isIsolated } = frame;
  const isOwnWay = isIsolated !== false || (from?.port?.says === "port" && from.port.hairpin !== false);
  return device.link?.type !== "bridge" || isOwnWay ? undefined : frame;
}

/** In a ring of devices a frame would go on for ever. */
const MOST_FRAMES = 200_000;

function spreadFrom(wiring: Wiring, first: Frame): Spread {
  const seen = new Set<string | number>();
  const spread: Spread = { heard: new Map(), missed: new Map(), open: [], ends: [], goesRound: false };
  const { heard, missed } = spread;
  // What nothing has ended goes first, so that each place is reached by such a frame if by any.
  const whole = [first];
  const ended: Frame[] = [];
  for (let frame = whole.pop(); frame && seen.size < MOST_FRAMES; frame = whole.pop() ?? ended.pop()) {
    const key = keyOf(wiring, frame);
    const isBack = frame.at === "bridge" && frame.device === first.device && frame !== first;
    if (isBack || (frame.at === "bridge" && seen.has(key))) spread.goesRound = true;
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
        const end = { drop: one.end, exit: frame.exit };
        if (!frame.drop) (one.end.isOpen ? spread.open : spread.ends).push(end);
        continue;
      }
      const made = follow(frame, one);
      if (made.drop?.isOpen && !frame.drop) spread.open.push({ drop: made.drop, exit: made.exit });
      const end = plainEnd(wiring, made);
      if (end) heard.set(end.device, end);
      else (made.drop ? ended : whole).push(made);
    }
  }
  return spread;
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
    exit: frame.exit ?? (frame.at === "bridge" && !frame.before ? device : undefined),
  };
}
