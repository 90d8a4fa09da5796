import { hasUnknown } from "../../core/values";
import { byId, defaultVlans, type Vlan } from "../../core/vlans";
import type { Maybe } from "../../resources/facts";
import { type Device, deviceLabel, isKnown } from "../graph";
import type { Decision, Drop } from "../reach/types";
import { downAt, isDown, unclear } from "./links";
import { type After, type Next, outerOf, type Point, tagOf, withoutOuter } from "./point";
import type { Wiring } from "./wiring";

type Vlans = Map<number, Pick<Vlan, "pvid" | "untagged">>;

/** The VLANs of a port, or of the bridge's own device; undefined while they are not known. */
export function vlansOf(bridge: Device, port: Device): Vlans | undefined {
  if (bridge.link?.type !== "bridge") return undefined;
  const own = port === bridge ? bridge.link.vlans : port.port?.says === "port" ? port.port.vlans : undefined;
  if (own !== undefined) return hasUnknown(own) ? undefined : byId(own as Vlan[]);
  const { defaultPvid } = bridge.link;
  return isKnown(defaultPvid) ? byId(defaultVlans({ defaultPvid })) : undefined;
}

/** Where a frame is that has come to a bridge by a port of it, or from its own device. */
export function enterBridge(bridge: Device, port: Device, tags: string): After {
  const down = downAt(bridge);
  const link = bridge.link?.type === "bridge" ? bridge.link : undefined;
  if (!link || !isKnown(link.vlanFiltering)) return [{ end: down ?? unclear(bridge, "what VLANs it has") }];
  const vlan = link.vlanFiltering ? vlanOf(bridge, port, tags) : undefined;
  const drop = down ?? blocked(bridge, port) ?? vlan?.drop;
  const isIsolated = port === bridge ? false : isolationOf(port);
  return [{ at: "bridge", device: bridge, tags: vlan?.inside ?? tags, from: port, isIsolated, drop }];
}

/** All that a frame in a bridge goes out by. */
export function leaveBridge(wiring: Wiring, point: Point): After {
  const { device: bridge, tags, from } = point;
  const isFiltering = bridge.link?.type === "bridge" && bridge.link.vlanFiltering === true;
  const next = [bridge, ...(wiring.ports.get(bridge) ?? [])].flatMap((to): Next[] => {
    if (to === from && !isHairpin(to)) return [];
    const out = isFiltering ? outOf(bridge, to, tags) : { tags };
    const drop = isolated(point, to) ?? blocked(bridge, to) ?? out.drop;
    if (to === bridge) return [{ at: "up", device: bridge, tags: out.tags, drop }];
    const decided = (before: Point) => decisionOf(bridge, before.from, to, isFiltering ? tags : undefined);
    return [{ at: "out", device: to, tags: out.tags, decided, drop, notLearnt: noFlood(to) }];
  });
  // Somebody else may have put ports in.
  const isOurs = bridge.by !== undefined && bridge.host.by !== undefined;
  return isOurs ? next : [...next, { end: unclear(bridge, "what ports it has") }];
}

function decisionOf(bridge: Device, from: Point["from"], to: Device, inside: string | undefined): Decision {
  const vlan = inside === undefined ? "" : `, VLAN ${outerOf(inside) ?? "none"}`;
  const text = `${deviceLabel(bridge)} from ${from === bridge ? "itself" : from?.name} to ${to.name}${vlan}`;
  return { by: "bridge", text, resources: [bridge.by, to.port?.by].filter((by) => by !== undefined) };
}

/** The VLAN that a frame is in within the bridge. */
function vlanOf(bridge: Device, port: Device, tags: string): { inside: string; drop?: Drop } {
  const vlans = vlansOf(bridge, port);
  if (!vlans) return { inside: tags, drop: unclear(port, "what VLANs it is in") };
  const [pvid] = [...vlans].find(([, flags]) => flags.pvid) ?? [];
  const tag = outerOf(tags);
  const vid = tag ?? pvid;
  const where = `${deviceLabel(bridge)} takes no frames`;
  if (vid === undefined) {
    const why = `${where} without a tag from ${port.name}: it has no pvid.`;
    return { inside: tags, drop: notCarried(bridge, port, why) };
  }
  if (!vlans.has(vid)) {
    return { inside: tags, drop: notCarried(bridge, port, `${where} of VLAN ${vid} from ${port.name}.`) };
  }
  return { inside: tag === undefined ? tagOf(vid) + tags : tags };
}

function outOf(bridge: Device, port: Device, inside: string): { tags: string; drop?: Drop } {
  const vlans = vlansOf(bridge, port);
  if (!vlans) return { tags: inside, drop: unclear(port, "what VLANs it is in") };
  const vid = outerOf(inside);
  const flags = vid === undefined ? undefined : vlans.get(vid);
  if (flags) return { tags: flags.untagged ? withoutOuter(inside) : inside };
  const why = `${deviceLabel(bridge)} does not send VLAN ${vid ?? "0"} out by ${port.name}, which is not in it.`;
  // For whoever looks what would be there.
  return { tags: withoutOuter(inside), drop: notCarried(bridge, port, why) };
}

function isolated({ device: bridge, from, isIsolated = false }: Point, to: Device): Drop | undefined {
  const isToo = to === bridge ? false : isolationOf(to);
  if (isIsolated === false || isToo === false) return undefined;
  if (!isKnown(isIsolated) || !isKnown(isToo)) return unclear(to, "whether it is isolated");
  const why = `${from?.name} and ${to.name} are isolated ports of ${deviceLabel(bridge)}: nothing passes between them.`;
  return { code: "port-isolated", host: bridge.host, device: to, why, by: [to.port?.by, from?.port?.by] };
}

function isolationOf({ port }: Device): Maybe<boolean> {
  return port?.says === "port" ? port.isolated : false;
}

/**
 * A port that is not forwarding, as the spanning tree or somebody by hand has set it. The kernel disables one that is down
 * or has no carrier: why that is so is told where the frame would leave by it.
 */
function blocked(bridge: Device, port: Device): Drop | undefined {
  const { host, live, peer } = port;
  if (port === bridge || live?.portState === undefined || live.portState === "forwarding") return undefined;
  if (isDown(port) || (peer && isDown(peer))) return undefined;
  if (!live.hasCarrier) {
    const why = `The port ${deviceLabel(port)} of ${bridge.name} has no carrier: what is below it is not up.`;
    return { code: "no-carrier", host, device: port, why, by: [port.by, port.port?.by] };
  }
  const why =
    `The port ${deviceLabel(port)} of ${bridge.name} is in the state ${live.portState}, in which it ` +
    "forwards nothing.";
  return { code: "port-blocked", host, device: port, why, by: [port.port?.by, bridge.by] };
}

/** Of a frame for one device that the bridge does not know. */
function noFlood(device: Device): Drop | undefined {
  const { port, host, name } = device;
  if (port?.says !== "port" || port.flood !== false || port.learning !== false) return undefined;
  const why = `The port ${name} neither learns addresses nor gets frames to unknown ones.`;
  return { code: "port-no-flood", host, device, why, by: [port.by] };
}

function isHairpin({ port }: Device): boolean {
  return port?.says === "port" && port.hairpin === true;
}

function notCarried(bridge: Device, port: Device, why: string): Drop {
  const { host } = bridge;
  const by = [port === bridge ? bridge.by : port.port?.by, bridge.by];
  return { code: "vlan-not-carried", host, device: port, why, by };
}
