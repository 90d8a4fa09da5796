import { hasUnknown } from "../../core/values";
import type { Link } from "../../resources/facts";
import { type Device, deviceLabel, isKnown } from "../graph";
import type { Drop } from "../reach/types";
import { carrierLost, downAt, mtuOf, unclear } from "./links";
import { enterBridge, leaveBridge } from "./linuxBridge";
import { macvlansAbove, sentByMacvlan } from "./macvlan";
import { enterOvs, leaveOvs } from "./ovsBridge";
import { type After, outerOf, type Point, tagOf, withoutOuter } from "./point";
import { lossAt } from "./qdisc";
import type { Wiring } from "./wiring";

/** What a receiver takes besides its mtu: the room that the kernel leaves for a VLAN tag. */
const ROOM = 4;

/** Where a frame that is for all goes from a point: the rules of each sort of device, and nothing of IP. */
export function after(wiring: Wiring, point: Point): After {
  switch (point.at) {
    case "out":
      return sent(wiring, point);
    case "in":
      return arrived(wiring, point);
    case "up":
      return taggedAbove(wiring, point) ?? macvlansAbove(wiring, point.device, point.tags);
    default: {
      const ovs = wiring.ovs.get(point.device);
      return ovs ? leaveOvs(wiring, ovs, point) : leaveBridge(wiring, point);
    }
  }
}

/** Whether the host takes a frame above a device for its own; a drop says why it does not, undefined: nobody is asked. */
export function heardAt(wiring: Wiring, { device, tags }: Point): { drop?: Drop | undefined } | undefined {
  if (standingOn(wiring, device, tags).length > 0) return undefined;
  return { drop: downAt(device) ?? (tags === "" ? undefined : noVlan(device, tags)) };
}

export function limitOf(device: Device): number {
  const mtu = mtuOf(device);
  return isKnown(mtu) ? mtu + ROOM : Number.POSITIVE_INFINITY;
}

function sent(wiring: Wiring, { device, tags }: Point): After {
  const { link, host, peer, parent } = device;
  const drop = downAt(device) ?? lossAt(device);
  switch (link?.type) {
    case "veth":
    case "netkit":
      if (!peer) return [{ end: drop ?? unclear(device, "where its other end is") }];
      return [{ at: "in", device: peer, tags, drop: drop ?? peerDown(device, peer), limit: limitOf(peer) }];
    case "vlan":
      if (!parent || hasUnknown([link.vid, link.protocol])) return [{ end: unclear(device, "its VLAN") }];
      return [{ at: "out", device: parent, tags: tagOfVlan(link) + tags, drop }];
    case "macvlan":
    case "macvtap":
    case "ipvlan":
      return sentByMacvlan(wiring, device, tags, drop);
    case "vxlan":
      return wiring.tunnels(device).map((one) => ("end" in one ? one : { ...one, tags, drop: drop ?? one.drop }));
    case "bridge":
      return withDrop(enterBridge(device, device, tags), drop ?? carrierLost(device, wiring));
    case "ovs": {
      const port = device.port?.says === "ovsPort" ? device.port : undefined;
      return withDrop(enterOvs(wiring, device.bridge ?? device, port, tags), drop);
    }
    case "dummy":
    case "ifb": {
      const why = `${deviceLabel(device)} leads nowhere: ${link.type === "ifb" ? "an ifb" : "a dummy"} drops what is sent on it.`;
      return [{ end: { code: "dead-end", host, device, why, by: [device.by] } }];
    }
    default:
      return [
        {
          end:
            drop ?? unclear(device, link?.type === "tun" ? "what the program at its other end does" : "where it leads"),
        },
      ];
  }
}

function arrived(wiring: Wiring, point: Point): After {
  const { device, tags } = point;
  const { bridge, port } = device;
  const drop = downAt(device);
  const tagged = taggedAbove(wiring, point);
  if (tagged) return withDrop(tagged, drop);
  if (bridge && port?.says === "port") return withDrop(enterBridge(bridge, device, tags), drop);
  if (bridge && port?.says === "ovsPort" && port.type !== "internal") {
    return withDrop(enterOvs(wiring, bridge, port, tags), drop);
  }
  return [{ at: "up", device, tags, drop }];
}

/** What takes the frames of a tag from a device before all else. */
function taggedAbove(wiring: Wiring, { device, tags }: Point): After | undefined {
  const children = standingOn(wiring, device, tags);
  if (children.length === 0) return undefined;
  return children.map((child) => ({ at: "up", device: child, tags: withoutOuter(tags), drop: downAt(child) }));
}

function standingOn({ above }: Wiring, device: Device, tags: string): Device[] {
  if (tags === "") return [];
  const outer = tags.slice(0, tags.indexOf("/") + 1);
  return (above.get(device) ?? []).filter(({ link }) => link?.type === "vlan" && tagOfVlan(link) === outer);
}

function tagOfVlan({ vid, protocol }: Extract<Link, { type: "vlan" }>): string {
  return tagOf(vid as number, protocol as string);
}

function withDrop(all: After, drop: Drop | undefined): After {
  return drop ? all.map((one) => ("end" in one ? one : { ...one, drop })) : all;
}

function peerDown(device: Device, peer: Device): Drop | undefined {
  const drop = downAt(peer);
  if (!drop || drop.isOpen) return drop;
  const why = `${deviceLabel(peer)}, the other end of ${deviceLabel(device)}, is down.`;
  return { ...drop, code: "peer-down", why };
}

function noVlan(device: Device, tags: string): Drop {
  const what = `Frames of VLAN ${outerOf(tags) ?? tags.slice(0, tags.indexOf("/"))}`;
  const why = `${what} come to ${deviceLabel(device)} with their tag, and it has no vlan device for them.`;
  return { code: "vlan-unknown", host: device.host, device, why, by: [device.by] };
}
