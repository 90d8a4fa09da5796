import { grouped } from "../../core/values";
import { type Device, devicesOf, type Graph, isKnown, type Said } from "../graph";
import { after, heardAt } from ".";
import { isDown, unclear } from "./links";
import type { After, Next, Point } from "./point";
import { isSameNet, remotesOf, saidToBeAt, underlayOf } from "./vxlan";
import type { Wiring } from "./wiring";

/** Where a frame that is for all certainly is next. */
export interface Certain {
  points: Point[];
  /** The host of the device takes it for its own. */
  isHeard: boolean;
  /** It may be elsewhere as well: what decides that is not known, or not ours. */
  isOpen: boolean;
}

export function pointsAfter(wiring: Wiring, point: Point): Certain {
  const { at, device } = point;
  const { by, host } = device;
  if (at !== "bridge" && !isDown(device) && (!isKnown(device.up) || host.unplaced.some(joins))) {
    return { points: [], isHeard: false, isOpen: true };
  }
  const all = isOwnLoopback(point) ? [] : after(wiring, point);
  const next = all.filter((one): one is Next => !("end" in one));
  const heard = at === "up" ? heardAt(wiring, point) : undefined;
  const drops = [...all.map((one) => ("end" in one ? one.end : one.drop)), heard?.drop];
  // With rules of their own (OpenFlow) bridges do what those say, which may be in no program.
  const mayPass = drops.some((drop) => drop && (drop.isOpen || drop.code === "ovs-secure"));
  const isForeign = (at === "in" || at === "up") && !isDown(device) && (!host.by || !by);
  return { points: next.filter(({ drop }) => !drop), isHeard: !!heard && !heard.drop, isOpen: mayPass || isForeign };
}

/** In a namespace that we make nobody else listens there. */
function isOwnLoopback({ at, device: { name, link, host } }: Point): boolean {
  return at === "out" && name === "lo" && !link && host.by !== undefined;
}

/** Of devices that stand on each other, and may do so in a ring where a program is wrong. */
const LONGEST = 100;

/** The points of a frame as long as it has one way only: to the first bridge, or to where it is taken or lost. */
export function* lane(wiring: Wiring, start: Point): Generator<{ point: Point; next: Certain }> {
  let point: Point | undefined = start;
  for (let length = 0; point && length < LONGEST; length++) {
    const next = pointsAfter(wiring, point);
    yield { point, next };
    const isOneWay: boolean = point.at !== "bridge" && !next.isHeard && next.points.length === 1;
    point = isOneWay ? next.points[0] : undefined;
  }
}

/** What is not placed yet and may join devices. */
export function joins({ says }: Said<{ says: string }>): boolean {
  return ["device", "port", "ovsPort", "settings"].includes(says);
}

/** A frame comes out of the vxlan devices of the hosts that it is sent to; whether a packet gets there is not asked. */
export function tunnelsByOwner(graph: Graph): Wiring["tunnels"] {
  const devices = devicesOf(graph);
  const owned = devices.flatMap((device) =>
    device.addresses.flatMap(({ address }) =>
      isKnown(address) ? [{ host: device.host, address: address.replace(/\/.*/, "") }] : [],
    ),
  );
  const owners = grouped(owned, ({ address }) => address);
  return (device) => {
    const open = { end: unclear(device, "where its other ends are") };
    const remotes = remotesOf(device);
    if (!remotes) return [open];
    const { flooded, single, group } = remotes;
    const others = devices.filter((one) => one !== device && isSameNet(one, device) && !isDown(one));
    const arriving = (other: Device): Next => ({ at: "in", device: other, tags: "" });
    if (group !== undefined) {
      const members = others.filter((one) => remotesOf(one)?.group === group);
      return [...members.map(arriving), ...(graph.unplaced.length > 0 ? [open] : [])];
    }
    const ends = flooded.flatMap((remote): After => {
      const said = saidToBeAt(device, others, remote);
      if (said.length > 0) return said.map(arriving);
      const hosts = new Set((owners.get(remote) ?? []).map(({ host }) => host));
      hosts.delete(underlayOf(device));
      // Where several have the address, which of them gets it is for the ways there to say.
      return hosts.size === 1 ? others.filter((one) => hosts.has(underlayOf(one))).map(arriving) : [open];
    });
    return single.length > 0 ? [...ends, open] : ends;
  };
}
