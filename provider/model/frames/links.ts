import { Unknown } from "../../core/values";
import type { Maybe } from "../../resources/facts";
import { type Device, deviceLabel } from "../graph";
import type { Drop } from "../reach/types";
import type { Wiring } from "./wiring";

/** Of devices that stand on each other. */
const DEEPEST = 10;

/** Known as what it is not: what is not said at all is open as well. */
export function isDown({ up }: Device): boolean {
  return up === false;
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
export function carrier(device: Device, wiring: Pick<Wiring, "ports">, depth = 0): Maybe<boolean> {
  const { up, link, peer, parent, live } = device;
  if (live) return live.hasCarrier;
  if (up !== true) return up;
  if (depth > DEEPEST) return Unknown.value;
  switch (link?.type) {
    case "veth":
    case "netkit":
      return peer ? peer.up : Unknown.value;
    case "vlan":
    case "macvlan":
    case "macvtap":
    case "ipvlan":
      return parent ? carrier(parent, wiring, depth + 1) : Unknown.value;
    case "bridge": {
      const states = (wiring.ports.get(device) ?? []).map((port) => carrier(port, wiring, depth + 1));
      if (states.includes(true)) return true;
      // Without any it is as new: with a link.
      return states.some((state) => state instanceof Unknown) ? Unknown.value : states.length === 0;
    }
    case "vxlan":
    case "geneve":
    case "tunnel":
    case "dummy":
    case "ifb":
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
  if (["bridge", "vxlan", "geneve", "tunnel", "ovs"].includes(link?.type ?? "")) return Unknown.value;
  const { parent } = device;
  return parent && parent !== device && link !== undefined && "parent" in link ? mtuOf(parent) : 1500;
}

/** Of what is not known: it may be otherwise. */
export function unclear(device: Device, what: string): Drop {
  const why = `It is not known of ${deviceLabel(device)} ${what}.`;
  return { code: "unknown", host: device.host, device, why, by: [device.by], isOpen: true };
}

/** Why nothing that is sent on a device gets off it, if so: nothing that it stands on has a link. */
export function carrierLost(device: Device, wiring: Pick<Wiring, "ports">): Drop | undefined {
  const has = carrier(device, wiring);
  if (has === true) return undefined;
  if (has !== false) return unclear(device, "whether it has a carrier");
  const why = `${deviceLabel(device)} has no carrier: no device below it and none of its ports is up.`;
  return { code: "no-carrier", host: device.host, device, why, by: [device.by] };
}
