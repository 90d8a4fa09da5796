import { hasUnknown } from "../../core/values";
import { byId, defaultVlans, type Vlan } from "../../core/vlans";
import type { Device } from "../graph";
import { isKnown } from "../graph";
import { isDown, type Next, NOWHERE, OPEN, outerOf, type Point, tagOf, type Wiring, withoutOuter } from "./point";

/** The VLANs of a port, or of the bridge's own device; undefined while they are not known. */
export function vlansOf(bridge: Device, port: Device): Map<number, Pick<Vlan, "pvid" | "untagged">> | undefined {
  if (bridge.link?.type !== "bridge") return undefined;
  const own = port === bridge ? bridge.link.vlans : port.port?.says === "port" ? port.port.vlans : undefined;
  if (own === undefined) {
    const { defaultPvid } = bridge.link;
    return isKnown(defaultPvid) ? byId(defaultVlans({ defaultPvid })) : undefined;
  }
  return hasUnknown(own) ? undefined : byId(own as Vlan[]);
}

/** Where a frame is that has come to a bridge by a port of it, or from its own device. */
export function enterBridge(bridge: Device, port: Device, tags: string): Next {
  if (isDown(bridge)) return NOWHERE;
  const isIsolated = port.port?.says === "port" && port !== bridge ? port.port.isolated : false;
  if (bridge.link?.type !== "bridge" || !isKnown(bridge.up) || !isKnown(isIsolated)) return OPEN;
  const within = (own: string): Next => ({
    points: [{ at: "bridge", device: bridge, tags: own, isIsolated, from: port }],
  });
  const { vlanFiltering } = bridge.link;
  if (!isKnown(vlanFiltering)) return OPEN;
  if (!vlanFiltering) return within(tags);
  const vlans = vlansOf(bridge, port);
  if (!vlans) return OPEN;
  const [pvid] = [...vlans].find(([, flags]) => flags.pvid) ?? [];
  const vid = tags === "" ? pvid : Number.parseInt(outerOf(tags), 10);
  if (vid === undefined || !vlans.has(vid)) return NOWHERE;
  return within(tags === "" ? tagOf(vid) : tags);
}

/** All that a frame in a bridge goes out by. */
export function leaveBridge({ ports }: Wiring, { device: bridge, tags, isIsolated, from }: Point): Next {
  const link = bridge.link?.type === "bridge" ? bridge.link : undefined;
  const members = ports.get(bridge) ?? [];
  let isOpen = isNotAllOurs(bridge);
  const points = [bridge, ...members].flatMap((port): Point[] => {
    const at = port === bridge ? "in" : "out";
    if (port === from && !isHairpin(port)) return [];
    if (isIsolated && port.port?.says === "port" && port !== bridge) {
      if (!isKnown(port.port.isolated)) isOpen = true;
      if (port.port.isolated !== false) return [];
    }
    if (!link?.vlanFiltering) return [{ at, device: port, tags }];
    const vlans = vlansOf(bridge, port);
    if (!vlans) isOpen = true;
    const flags = vlans?.get(Number.parseInt(outerOf(tags), 10));
    return flags ? [{ at, device: port, tags: flags.untagged ? withoutOuter(tags) : tags }] : [];
  });
  return { points, isOpen };
}

/** Somebody else may have put ports in. */
function isNotAllOurs({ by, host }: Device): boolean {
  return by === undefined || host.by === undefined;
}

function isHairpin({ port }: Device): boolean {
  return port?.says === "port" && port.hairpin === true;
}
