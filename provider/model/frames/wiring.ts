import { grouped } from "../../core/values";
import { type Device, devicesOf, type Graph, type OvsBridge } from "../graph";
import type { After } from "./point";

/** What a device does not say itself: what is on it, and where its tunnel leads. */
export interface Wiring {
  /** Each device has one. */
  numbers: ReadonlyMap<Device, number>;
  /** The ports of a bridge of Linux. */
  ports: ReadonlyMap<Device | undefined, Device[]>;
  /** What stands on a device: vlan, macvlan, macvtap and ipvlan. */
  above: ReadonlyMap<Device | undefined, Device[]>;
  ovs: ReadonlyMap<Device, OvsBridge>;
  /** Where the frames of a vxlan device come out: for each asker to say how closely it looks. */
  tunnels: (device: Device) => After;
}

export function wiringOf(graph: Graph, tunnels: Wiring["tunnels"]): Wiring {
  const devices = devicesOf(graph);
  const isPort = ({ port }: Device) => port?.says === "port";
  const stands = ({ parent, link }: Device) => parent && link !== undefined && "parent" in link;
  return {
    numbers: new Map(devices.map((device, index) => [device, index])),
    ports: grouped(devices.filter(isPort), ({ bridge }) => bridge),
    above: grouped(devices.filter(stands), ({ parent }) => parent),
    ovs: new Map(graph.ovsBridges.map((bridge) => [bridge.device, bridge])),
    tunnels,
  };
}
