import { type Device, deviceLabel, type Graph, isKnown } from "../graph";
import { type After, type End, type Frame, type Next, outerOf, tagOf, withoutOuter } from "./frames";
import { carrier, downAt, mtuOf, type Wiring } from "./links";
import { throughBridge } from "./linuxBridge";
import { throughOvs } from "./ovs";
import { lossAt } from "./qdisc";
import type { Drop } from "./types";

/** Where a frame that a device sends to all gets, and where it would if nothing had ended it. */
export interface Flood {
  heard: ReadonlyMap<Device, Frame>;
  /** Those that it does not reach, with what ended it. */
  missed: ReadonlyMap<Device, Frame>;
  /** Where it may get further: what decides that is not known. */
  open: Drop[];
  /** Where it ends for good, and nobody is behind. */
  ends: Drop[];
  /** A bridge that it comes to by two ways, and nothing stops it from going round. */
  loop?: Device;
}

/** How the ends of tunnels are found, which takes the whole walk. */
export type Tunnels = (device: Device) => After;

/** What a receiver takes besides its mtu: the room that the kernel leaves for a VLAN tag. */
const ROOM = 4;
/** In a ring of devices a frame would go on for ever. */
const MOST_FRAMES = 200_000;

export function floodFrom(graph: Graph, wiring: Wiring, tunnels: Tunnels, device: Device): Flood {
  const [heard, missed, seen] = [new Map<Device, Frame>(), new Map<Device, Frame>(), new Set<string | number>()];
  const flood: Flood = { heard, missed, open: [], ends: [] };
  const first: Frame = { step: "out", device, tags: "", limit: Number.POSITIVE_INFINITY };
  // What nothing has ended goes first, so that each place is reached by such a frame if by any.
  const whole = [first];
  const ended: Frame[] = [];
  let count = 0;
  for (let frame = whole.pop(); frame && count < MOST_FRAMES; frame = whole.pop() ?? ended.pop()) {
    const key = keyOf(wiring, STEPS[frame.step], frame);
    if (seen.has(key)) {
      if (!frame.drop && frame.step === "in" && frame.device.bridge) loopAt(flood, frame.device.bridge);
      continue;
    }
    seen.add(key);
    count++;
    if (frame.step === "in" && !frame.drop) noteBridge(flood, wiring, seen, frame);
    const { after, heard: hears } = next(graph, wiring, tunnels, frame);
    if (hears) {
      const last = hears.drop && !frame.drop ? { ...frame, drop: hears.drop } : frame;
      if (!last.drop && !last.onlyLearnt) heard.set(frame.device, last);
      else if (!missed.has(frame.device)) missed.set(frame.device, last);
    }
    for (const one of after) {
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
  const { step, device, tags, drop, onlyLearnt } = frame;
  if (step !== "out" || tags !== "" || drop || onlyLearnt || device.link?.type !== "veth") return undefined;
  const { peer, up, qdiscs } = device;
  if (!peer || up !== true || qdiscs.length > 0 || peer.up !== true || peer.bridge) return undefined;
  return wiring.above.has(peer) ? undefined : follow(frame, { step: "up", device: peer, tags, limit: limitOf(peer) });
}

function limitOf(peer: Device): number {
  const mtu = mtuOf(peer);
  return isKnown(mtu) ? mtu + ROOM : Number.POSITIVE_INFINITY;
}

const STEPS = { out: 0, in: 1, up: 2, bridge: 3 };

/** A number where it has no tag, as most have: there are many. */
function keyOf({ numbers }: Wiring, step: number, { device, tags }: Pick<Frame, "device" | "tags">): string | number {
  const number = (numbers.get(device) ?? -1) * 4 + step;
  return tags === "" ? number : `${number} ${tags}`;
}

/** A bridge without the spanning tree protocol that a frame comes to by two ports sends it round. */
function noteBridge(flood: Flood, wiring: Wiring, seen: Set<string | number>, { device, tags }: Frame): void {
  const { bridge, port } = device;
  if (!bridge || port?.says !== "port") return;
  const key = keyOf(wiring, STEPS.bridge, { device: bridge, tags });
  if (seen.has(key)) loopAt(flood, bridge);
  seen.add(key);
}

function loopAt(flood: Flood, bridge: Device): void {
  if (bridge.link?.type === "bridge" && bridge.link.stp !== true) flood.loop = bridge;
}

function follow(frame: Frame, next: Next): Frame {
  const { step, device, tags, decided } = next;
  const isLess = next.limit !== undefined && next.limit < frame.limit;
  return {
    step,
    device,
    tags,
    before: frame,
    decided,
    drop: frame.drop ?? next.drop,
    notLearnt: frame.notLearnt ?? next.notLearnt,
    onlyLearnt: frame.onlyLearnt ?? next.onlyLearnt,
    limit: isLess ? (next.limit as number) : frame.limit,
    limitAt: isLess ? device : frame.limitAt,
  };
}

interface Around {
  after: After;
  /** The host takes it, but for what ends it in the last moment. */
  heard?: { drop?: Drop | undefined };
}

function next(graph: Graph, wiring: Wiring, tunnels: Tunnels, frame: Frame): Around {
  if (frame.step === "up") return above(wiring, frame);
  return { after: frame.step === "out" ? sent(graph, wiring, tunnels, frame) : arrived(graph, wiring, frame) };
}

function sent(graph: Graph, wiring: Wiring, tunnels: Tunnels, frame: Frame): After {
  const { device, tags } = frame;
  const { link, host, peer, parent } = device;
  const drop = downAt(device) ?? lossAt(device);
  switch (link?.type) {
    case "veth": {
      if (!peer) return [{ end: drop ?? unclear(device, "where its other end is") }];
      return [{ step: "in", device: peer, tags, drop: drop ?? peerDown(device, peer), limit: limitOf(peer) }];
    }
    case "vlan":
      if (!parent || !isKnown(link.vid) || link.protocol !== "802.1Q") return [{ end: unclear(device, "its VLAN") }];
      return [{ step: "out", device: parent, tags: tagOf(link.vid) + tags, drop }];
    case "macvlan":
      if (!parent || !isKnown(link.mode)) return [{ end: unclear(device, "its parent") }];
      return [
        { step: "out", device: parent, tags, drop: drop ?? noCarrier(device, wiring) },
        ...besides(wiring, device, tags, drop),
      ];
    case "vxlan":
      return tunnels(device).map((one) => ("end" in one ? one : { ...one, tags, drop: drop ?? one.drop }));
    case "bridge": {
      const own = drop ?? noCarrier(device, wiring);
      return withDrop(throughBridge(wiring, device, device, frame), own);
    }
    case "ovs": {
      const port = device.port?.says === "ovsPort" ? device.port : undefined;
      return withDrop(throughOvs(graph, device.bridge ?? device, port, frame), drop);
    }
    case "dummy": {
      const why = `${deviceLabel(device)} leads nowhere: a dummy drops what is sent on it.`;
      return [{ end: { code: "dead-end", host, device, why, by: [device.by] } }];
    }
    default:
      return [{ end: drop ?? unclear(device, link ? "what the program at its other end does" : "where it leads") }];
  }
}

function arrived(graph: Graph, wiring: Wiring, frame: Frame): After {
  const { device, tags } = frame;
  const { bridge, port } = device;
  const drop = downAt(device);
  const tagged = vlansAbove(wiring, device, outerOf(tags));
  if (tagged.length > 0) {
    return tagged.map((child) => ({
      step: "up",
      device: child,
      tags: withoutOuter(tags),
      drop: drop ?? downAt(child),
    }));
  }
  if (!bridge) return [{ step: "up", device, tags, drop }];
  const after =
    port?.says === "ovsPort" ? throughOvs(graph, bridge, port, frame) : throughBridge(wiring, bridge, device, frame);
  return withDrop(after, drop);
}

/** Past the bridge: to what stands on the device, or to the host. */
function above(wiring: Wiring, { device, tags }: Frame): Around {
  const vid = outerOf(tags);
  const up = (child: Device, rest: string): Next => ({ step: "up", device: child, tags: rest, drop: downAt(child) });
  const tagged = vlansAbove(wiring, device, vid);
  if (tagged.length > 0) return { after: tagged.map((child) => up(child, withoutOuter(tags))) };
  const children = macvlansOn(wiring, device).map((child) => up(child, tags));
  return { after: children, heard: vid === undefined ? {} : { drop: noVlan(device, vid) } };
}

function vlansAbove(wiring: Wiring, device: Device, vid: number | undefined): Device[] {
  if (vid === undefined) return [];
  return (wiring.above.get(device) ?? []).filter(({ link }) => link?.type === "vlan" && link.vid === vid);
}

function macvlansOn(wiring: Wiring, device: Device): Device[] {
  return (wiring.above.get(device) ?? []).filter(({ link }) => link?.type === "macvlan");
}

/** The other macvlans of a parent: those of mode `bridge` hear each other directly. */
function besides({ above }: Wiring, device: Device, tags: string, drop: Drop | undefined): Next[] {
  const { parent, link, host } = device;
  const modeOf = (one: Device) => (one.link?.type === "macvlan" ? one.link.mode : undefined);
  const others = (parent ? (above.get(parent) ?? []) : []).filter((one) => one !== device && modeOf(one));
  const apart = (to: Device): Drop | undefined => {
    if (modeOf(to) === "bridge" && link?.type === "macvlan" && link.mode === "bridge") return undefined;
    const why = `${deviceLabel(device)} and ${deviceLabel(to)} are macvlans of one parent that are not both in the mode bridge.`;
    return { code: "macvlan-apart", host, device, why, by: [device.by, to.by] };
  };
  const parentApart: Drop | undefined = parent && {
    ...{ code: "macvlan-apart", host, device, by: [device.by, parent.by] },
    why: `${deviceLabel(device)} is a macvlan on ${parent.name}, and the two never hear each other.`,
  };
  return [
    ...others.map((to): Next => ({ step: "up", device: to, tags, drop: drop ?? downAt(to) ?? apart(to) })),
    ...(parent && parentApart ? [{ step: "up" as const, device: parent, tags, drop: drop ?? parentApart }] : []),
  ];
}

function withDrop(after: After, drop: Drop | undefined): After {
  return drop ? after.map((one): Next | End => ("end" in one ? one : { ...one, drop })) : after;
}

function peerDown(device: Device, peer: Device): Drop | undefined {
  const drop = downAt(peer);
  if (!drop || drop.isOpen) return drop;
  const why = `${deviceLabel(peer)}, the other end of ${deviceLabel(device)}, is down.`;
  return { ...drop, code: "peer-down", why };
}

function noCarrier(device: Device, wiring: Wiring): Drop | undefined {
  const has = carrier(device, wiring);
  if (has === true) return undefined;
  if (has !== false) return unclear(device, "whether it has a carrier");
  const why = `${deviceLabel(device)} has no carrier: nothing that it stands on, or that is a port of it, is up.`;
  return { code: "no-carrier", host: device.host, device, why, by: [device.by] };
}

function noVlan(device: Device, vid: number): Drop {
  const why = `Frames of VLAN ${vid} come to ${deviceLabel(device)} with their tag, and it has no vlan device for them.`;
  return { code: "vlan-unknown", host: device.host, device, why, by: [device.by] };
}

function unclear(device: Device, what: string): Drop {
  const why = `It is not known of ${deviceLabel(device)} ${what}.`;
  return { code: "unknown", host: device.host, device, why, by: [device.by], isOpen: true };
}
