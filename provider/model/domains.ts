import { joins, lane, pointsAfter, tunnelsByOwner } from "./frames/certain";
import { sharesParent } from "./frames/macvlan";
import type { Point } from "./frames/point";
import { type Wiring, wiringOf } from "./frames/wiring";
import { type Device, devicesOf, type Graph } from "./graph";

/** A broadcast domain as a sender in it has it: all who hear a frame that is for everybody. */
export interface Domain {
  /** Those whose host takes the frame for its own. The sender itself is among them or not. */
  devices: ReadonlySet<Device>;
  /** What is not known yet, or is somebody else's, may join more to it. */
  isOpen: boolean;
}

/** The broadcast domains of a lab. All behind one bridge share one `Domain`. */
export class Domains {
  readonly wiring: Wiring;
  /** Somewhere is a part of the lab of which it is not known yet where. */
  private readonly isOpen: boolean;
  private readonly ofDevice = new Map<Device, Domain>();
  private readonly ofBridge = new Map<Device, Map<string, Domain>>();

  constructor(private readonly graph: Graph) {
    this.wiring = wiringOf(graph, tunnelsByOwner(graph));
    this.isOpen = graph.unplaced.some(joins);
  }

  /** Who hears what a device sends without a tag. */
  of(device: Device): Domain {
    const known = this.ofDevice.get(device);
    if (known) return known;
    const found = this.ofCable(device) ?? this.find(device);
    this.ofDevice.set(device, found);
    return found;
  }

  /** Of a cable between two hosts alone, which is most that there are, both ends have the same. */
  private ofCable(device: Device): Domain | undefined {
    const { peer } = device;
    if (!peer || !this.isPlainEnd(device) || !this.isPlainEnd(peer)) return undefined;
    const domain = { devices: new Set([device, peer]), isOpen: this.isOpen };
    this.ofDevice.set(peer, domain);
    return domain;
  }

  /** It is up, all of it is ours, and nothing stands on it. */
  private isPlainEnd(end: Device): boolean {
    const { up, bridge, by, host } = end;
    return (
      up === true &&
      !bridge &&
      by !== undefined &&
      host.by !== undefined &&
      host.unplaced.length === 0 &&
      !this.wiring.above.has(end)
    );
  }

  /** Those that somebody with an address sends into, each once. */
  all(): Domain[] {
    const addressed = devicesOf(this.graph).filter(({ addresses }) => addresses.length > 0);
    return [...new Set(addressed.map((device) => this.of(device)))];
  }

  /** The devices that a frame passes from one to the other, both included; undefined where it does not get there. */
  way(from: Device, to: Device): Device[] | undefined {
    for (const step of this.walk({ at: "out", device: from, tags: "" })) {
      if (step.isHeard && step.point.device === to) return passed(step);
    }
    return undefined;
  }

  /** Who hears what one sends by way of another device, or of its own. */
  heardThrough(from: Device, through: Device): Device[] {
    const steps = [...this.walk({ at: "out", device: from, tags: "" })];
    return steps.filter((step) => step.isHeard && isPast(step, through)).map(({ point }) => point.device);
  }

  private find(device: Device): Domain {
    const start: Point = { at: "out", device, tags: "" };
    let isOpen = false;
    // Up to the first bridge a frame mostly has one way only: from there it is the same for all.
    for (const { point, next } of lane(this.wiring, start)) {
      // What is beside it hears it by the bridge's other ports only, and not by the one that both share.
      if (sharesParent(point.device.link)) break;
      if (point.at === "bridge") {
        const domain = this.behind(point);
        return isOpen && !domain.isOpen ? { ...domain, isOpen } : domain;
      }
      isOpen ||= next.isOpen;
    }
    return this.flood(start, device);
  }

  private behind(bridge: Point): Domain {
    const ofThis = this.ofBridge.get(bridge.device) ?? new Map<string, Domain>();
    this.ofBridge.set(bridge.device, ofThis);
    const key = `${bridge.isIsolated} ${bridge.tags}`;
    const { from: _, ...all } = bridge;
    const found = ofThis.get(key) ?? this.flood(all);
    ofThis.set(key, found);
    return found;
  }

  private flood(from: Point, ...itself: Device[]): Domain {
    const devices = new Set(itself);
    let isOpen = this.isOpen;
    for (const step of this.walk(from)) {
      if (step.isHeard) devices.add(step.point.device);
      isOpen ||= step.isOpen;
    }
    return { devices, isOpen };
  }

  /** Each point once, the near ones first. */
  private *walk(from: Point): Generator<Step> {
    const seen = new Map<Device, Set<string>>();
    const steps: Step[] = [{ point: from, before: undefined, isHeard: false, isOpen: false }];
    for (const step of steps) {
      const { device } = step.point;
      const keys = seen.get(device) ?? new Set();
      seen.set(device, keys);
      const key = keyOf(step.point);
      if (keys.has(key)) continue;
      keys.add(key);
      const { points, isHeard, isOpen } = pointsAfter(this.wiring, step.point);
      yield Object.assign(step, { isHeard, isOpen });
      for (const point of points) steps.push({ point, before: step, isHeard: false, isOpen: false });
    }
  }
}

interface Step {
  point: Point;
  before: Step | undefined;
  isHeard: boolean;
  isOpen: boolean;
}

function keyOf({ at, tags, isIsolated = false }: Point): string {
  return `${at} ${isIsolated} ${tags}`;
}

function passed(last: Step): Device[] {
  const devices: Device[] = [];
  for (let step: Step | undefined = last; step; step = step.before) {
    if (devices[0] !== step.point.device) devices.unshift(step.point.device);
  }
  return devices;
}

function isPast(last: Step, through: Device): boolean {
  for (let step: Step | undefined = last; step; step = step.before) {
    if (step.point.at === "out" && step.point.device === through) return true;
  }
  return false;
}
