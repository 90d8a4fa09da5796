import { Unknown } from "../../core/values";
import type { Maybe } from "../../resources/facts";
import { type Device, deviceLabel, devicesOf, type Graph, isKnown } from "../graph";
import { deviceSetting } from "./settings";
import type { Drop } from "./types";

/** What stands on what, and what is a port of what. */
export interface Wiring {
  /** Each device has one. */
  numbers: ReadonlyMap<Device, number>;
  ports: ReadonlyMap<Device, Device[]>;
  above: ReadonlyMap<Device, Device[]>;
}

const SMALLEST_FOR_IPV6 = 1280;
/** Of devices that stand on each other. */
const DEEPEST = 10;

export function wiringOf(graph: Graph): Wiring {
  const [ports, above] = [new Map<Device, Device[]>(), new Map<Device, Device[]>()];
  const put = (map: Map<Device, Device[]>, key: Device, device: Device) =>
    map.has(key) ? map.get(key)?.push(device) : map.set(key, [device]);
  for (const device of devicesOf(graph)) {
    if (device.bridge) put(ports, device.bridge, device);
    if (device.parent && device.link?.type !== "vxlan") put(above, device.parent, device);
  }
  const numbers = new Map(devicesOf(graph).map((device, index) => [device, index]));
  return { numbers, ports, above };
}

/** Why nothing passes a device, if so. */
export function downAt(device: Device): Drop | undefined {
  const { host, name, up, by, settings } = device;
  if (up === true) return undefined;
  const makers = [...settings.map((one) => one.by), by];
  const where = `${deviceLabel(device)}`;
  if (up === false) {
    return name === "lo"
      ? { code: "loopback-down", host, device, why: `${where} is down.`, by: [host.by] }
      : { code: "link-down", host, device, why: `${where} is down.`, by: makers };
  }
  const why = `It is not known whether ${where} is up: no resource makes it.`;
  return { code: "unknown", host, device, why, by: makers, isOpen: true };
}

/** Whether a device that is up has a link: the other end, or what it stands on, is up too. */
export function carrier(device: Device, wiring: Wiring, depth = 0): Maybe<boolean> {
  const { up, link, peer, parent, live } = device;
  if (live) return live.hasCarrier;
  if (up !== true) return up;
  if (depth > DEEPEST) return Unknown.value;
  switch (link?.type) {
    case "veth":
      return peer ? peer.up : Unknown.value;
    case "vlan":
    case "macvlan":
      return parent ? carrier(parent, wiring, depth + 1) : Unknown.value;
    case "bridge": {
      const states = (wiring.ports.get(device) ?? []).map((port) => carrier(port, wiring, depth + 1));
      if (states.includes(true)) return true;
      // Without any it is as new: with a link.
      return states.some((state) => state instanceof Unknown) ? Unknown.value : states.length === 0;
    }
    case "vxlan":
    case "dummy":
    case "ovs":
      return true;
    default:
      return device.name === "lo" && up === true ? true : Unknown.value;
  }
}

export function mtuOf(device: Device): Maybe<number> {
  const { mtu, link, name, by } = device;
  if (mtu !== undefined) return mtu;
  if (name === "lo") return 65_536;
  if (!by) return Unknown.value;
  // It has less than what it stands on, or the least of its ports.
  if (link?.type === "bridge" || link?.type === "vxlan" || link?.type === "ovs") return Unknown.value;
  const { parent } = device;
  return parent && parent !== device && (link?.type === "vlan" || link?.type === "macvlan") ? mtuOf(parent) : 1500;
}

/** Why a device has no IPv6, if so. */
export function withoutIpv6(device: Device): Drop | undefined {
  const { host } = device;
  const { value, by } = deviceSetting(device, "inet6", "disable_ipv6");
  if (value === 1) return { code: "no-ipv6", host, device, why: `IPv6 is off on ${deviceLabel(device)}.`, by };
  const { mtu } = device;
  if (isKnown(mtu) && mtu < SMALLEST_FOR_IPV6) {
    const why = `${deviceLabel(device)} has an mtu of ${mtu}: below ${SMALLEST_FOR_IPV6} the kernel has no IPv6 on it.`;
    return { code: "mtu-below-ipv6", host, device, why, by: [...device.settings.map((one) => one.by), device.by] };
  }
  if (value !== undefined && value !== 0) return undefined;
  return value === 0
    ? undefined
    : { code: "unknown", host, device, why: "It is not known whether it has IPv6.", by, isOpen: true };
}
