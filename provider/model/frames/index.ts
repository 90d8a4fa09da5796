import { hasUnknown } from "../../core/values";
import type { Link } from "../../resources/facts";
import { type Device, deviceAt, isKnown } from "../graph";
import { enterBridge, leaveBridge } from "./linuxBridge";
import { enterOvs, leaveOvs } from "./ovsBridge";
import {
  isDown,
  joins,
  type Next,
  NOWHERE,
  OPEN,
  type OvsPort,
  outerOf,
  type Point,
  tagOf,
  type Wiring,
  withoutOuter,
} from "./point";
import { overVxlan } from "./vxlan";

export { type Point, type Wiring, wiringOf } from "./point";

/** Where a frame that is for all goes from a point: the rules of each sort of device, and nothing of IP. */
export function pointsAfter(wiring: Wiring, point: Point): Next {
  const { at, device } = point;
  if (at === "bridge") {
    const ovs = wiring.ovs.get(device);
    return ovs ? leaveOvs(wiring, ovs, point) : leaveBridge(wiring, point);
  }
  if (isDown(device)) return NOWHERE;
  if (!isKnown(device.up) || device.host.unplaced.some(joins)) return OPEN;
  return at === "out" ? sent(wiring, point) : arrived(wiring, point);
}

/** Of devices that stand on each other, and may do so in a ring where a program is wrong. */
const LONGEST = 100;

/** The points of a frame as long as it has one way only: to the first bridge, or to where it is taken or lost. */
export function* lane(wiring: Wiring, start: Point): Generator<{ point: Point; next: Next }> {
  let point: Point | undefined = start;
  for (let length = 0; point && length < LONGEST; length++) {
    const next = pointsAfter(wiring, point);
    yield { point, next };
    const isOneWay: boolean = point.at !== "bridge" && !next.isHeard && next.points.length === 1;
    point = isOneWay ? next.points[0] : undefined;
  }
}

function sent(wiring: Wiring, { device, tags }: Point): Next {
  const { link, parent, host } = device;
  switch (link?.type) {
    case "veth":
      if (device.peer) return { points: [{ at: "in", device: device.peer, tags }] };
      return deviceAt(wiring.graph, link.peer) ? NOWHERE : OPEN;
    case "vlan":
      if (!parent || hasUnknown([link.vid, link.protocol])) return OPEN;
      return { points: [{ at: "out", device: parent, tags: tagOfVlan(link) + tags }] };
    case "macvlan":
      if (!parent || !isKnown(link.mode)) return OPEN;
      return {
        points: [
          { at: "out", device: parent, tags },
          ...besides(wiring, device, link.mode).map((other): Point => ({ at: "in", device: other, tags })),
        ],
      };
    case "vxlan":
      return overVxlan(wiring, device, link, tags);
    case "bridge":
      return enterBridge(device, device, tags);
    case "ovs":
      if (wiring.ovs.has(device)) return enterOvs(wiring, device, undefined, tags);
      if (!device.bridge) return OPEN;
      return enterOvs(wiring, device.bridge, device.port as OvsPort, tags);
    case "dummy":
      return NOWHERE;
    case "tun":
      return OPEN;
    default:
      return device.name === "lo" && host.by ? NOWHERE : OPEN;
  }
}

function arrived(wiring: Wiring, { device, tags }: Point): Next {
  const above = wiring.above.get(device) ?? [];
  const tagged = above.filter(({ link }) => link?.type === "vlan" && tags !== "" && tagOfVlan(link) === outerOf(tags));
  if (tagged.length > 0) {
    return { points: tagged.map((child): Point => ({ at: "in", device: child, tags: withoutOuter(tags) })) };
  }
  const isOpen = device.host.by === undefined || device.by === undefined;
  if (device.bridge && device.port?.says === "port") return { isOpen, ...enterBridge(device.bridge, device, tags) };
  if (device.bridge && device.port?.says === "ovsPort" && device.port.type !== "internal") {
    return { isOpen, ...enterOvs(wiring, device.bridge, device.port, tags) };
  }
  const macvlans = above.filter(({ link }) => link?.type === "macvlan");
  const points = macvlans.map((child): Point => ({ at: "in", device: child, tags }));
  return { points, isHeard: tags === "", isOpen };
}

/** The others of a parent that hear a macvlan directly: both must be in mode `bridge`. */
function besides({ above }: Wiring, device: Device, mode: string): Device[] {
  if (mode !== "bridge") return [];
  return (above.get(device.parent) ?? []).filter(
    (other) => other !== device && other.link?.type === "macvlan" && other.link.mode === "bridge",
  );
}

/** A tag of 802.1ad is none that a bridge or a vlan device of 802.1Q knows. */
function tagOfVlan({ vid, protocol }: Extract<Link, { type: "vlan" }>): string {
  return protocol === "802.1Q" ? tagOf(vid as number) : `${protocol} ${vid}/`;
}
