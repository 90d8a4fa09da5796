import { grouped } from "../../core/values";
import type { OvsPortFact } from "../../resources/facts";
import { type Device, devicesOf, type Graph, isKnown, type OvsBridge, type Said } from "../graph";

/** A place on the way of a frame that is for all. */
export interface Point {
  /** On its way out by the device, arrived at it, or within the bridge that the device is. */
  at: "out" | "in" | "bridge";
  device: Device;
  /** The VLAN tags that it has there, the outer one first, each with `/` behind. In a bridge that knows VLANs: its own. */
  tags: string;
  /** In a bridge: it has come in by an isolated port. */
  isIsolated?: boolean;
  /** In a bridge: the port that it has come in by, which it does not go out by again. */
  from?: Device;
}

/** Where a frame is next. */
export interface Next {
  points: Point[];
  /** The host of the device takes it for its own. */
  isHeard?: boolean;
  /** It may be elsewhere as well: what decides that is not known, or not ours. */
  isOpen?: boolean;
}

export const NOWHERE: Next = { points: [] };
export const OPEN: Next = { points: [], isOpen: true };

/** What a device does not say itself: what is on it. */
export interface Wiring {
  graph: Graph;
  /** The ports of a bridge of Linux. */
  ports: Map<Device | undefined, Device[]>;
  /** What stands on a device: vlan and macvlan. */
  above: Map<Device | undefined, Device[]>;
  ovs: Map<Device, OvsBridge>;
  /** Those that have an address, by it. */
  owners: Map<string, Device[]>;
  /** Somewhere is a part of the lab of which it is not known yet where. */
  isOpen: boolean;
}

export function wiringOf(graph: Graph): Wiring {
  const devices = devicesOf(graph);
  const owned = devices.flatMap((device) =>
    device.addresses.flatMap(({ address }) =>
      isKnown(address) ? [{ device, address: address.replace(/\/.*/, "") }] : [],
    ),
  );
  const owners = grouped(owned, ({ address }) => address);
  return {
    graph,
    ports: grouped(
      devices.filter(({ port }) => port?.says === "port"),
      ({ bridge }) => bridge,
    ),
    above: grouped(
      devices.filter(({ link }) => link?.type === "vlan" || link?.type === "macvlan"),
      ({ parent }) => parent,
    ),
    ovs: new Map(graph.ovsBridges.map((bridge) => [bridge.device, bridge])),
    owners: new Map([...owners].map(([address, all]) => [address, all.map(({ device }) => device)])),
    isOpen: graph.unplaced.some(joins),
  };
}

/** What is not placed yet and may join devices. */
export function joins({ says }: Said<{ says: string }>): boolean {
  return ["device", "port", "ovsPort", "settings"].includes(says);
}

export function outerOf(tags: string): string {
  return tags.slice(0, tags.indexOf("/") + 1);
}

export function withoutOuter(tags: string): string {
  return tags.slice(tags.indexOf("/") + 1);
}

/** A tag as `Point.tags` has it. */
export function tagOf(vid: number): string {
  return `${vid}/`;
}

/** Known as what it is not: what is not said at all is open as well. */
export function isDown(device: Device): boolean {
  return device.up === false;
}

export type OvsPort = Said<OvsPortFact>;
