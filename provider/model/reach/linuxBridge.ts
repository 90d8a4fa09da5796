import { hasUnknown } from "../../core/values";
import { byId, defaultVlans, type Vlan } from "../../core/vlans";
import type { Maybe } from "../../resources/facts";
import { type Device, deviceLabel, isKnown } from "../graph";
import { type After, type Frame, outerOf, tagOf, withoutOuter } from "./frames";
import { downAt, type Wiring } from "./links";
import type { Decision, Drop } from "./types";

type Vlans = Map<number, Pick<Vlan, "pvid" | "untagged">>;

/** Where a frame goes that has come to a bridge of Linux by a port, or from the bridge's own device. */
export function throughBridge(wiring: Wiring, bridge: Device, port: Device, { tags }: Frame): After {
  const down = downAt(bridge);
  const link = bridge.link?.type === "bridge" ? bridge.link : undefined;
  if (!link || !isKnown(link.vlanFiltering)) return [{ end: down ?? unclear(bridge, "what VLANs it has") }];
  const vlan = link.vlanFiltering ? vlanOf(bridge, port, tags) : undefined;
  const drop = down ?? blocked(bridge, port) ?? vlan?.drop;
  const inside = vlan?.inside ?? tags;
  const members = wiring.ports.get(bridge) ?? [];
  const next = [bridge, ...members].flatMap((to): After => {
    if (to === port && !isHairpin(to)) return [];
    const out = link.vlanFiltering ? outOf(bridge, to, inside) : { tags: inside };
    const refused = drop ?? isolated(bridge, port, to) ?? blocked(bridge, to) ?? out.drop;
    if (to === bridge) return [{ step: "up", device: bridge, tags: out.tags, drop: refused }];
    const decided = () => decisionOf(bridge, port, to, vlan && inside);
    return [{ step: "out", device: to, tags: out.tags, decided, drop: refused, notLearnt: noFlood(to) }];
  });
  // Somebody else may have put ports in.
  const isOurs = bridge.by !== undefined && bridge.host.by !== undefined;
  return isOurs ? next : [...next, { end: unclear(bridge, "what ports it has") }];
}

function decisionOf(bridge: Device, from: Device, to: Device, inside: string | undefined): Decision {
  const vlan = inside === undefined ? "" : `, VLAN ${outerOf(inside) ?? "none"}`;
  const text = `${deviceLabel(bridge)} from ${from === bridge ? "itself" : from.name} to ${to.name}${vlan}`;
  return { by: "bridge", text, resources: [bridge.by, to.port?.by].filter((by) => by !== undefined) };
}

function vlansOf(bridge: Device, port: Device): Vlans | undefined {
  if (bridge.link?.type !== "bridge") return undefined;
  const own = port === bridge ? bridge.link.vlans : port.port?.says === "port" ? port.port.vlans : undefined;
  if (own !== undefined) return hasUnknown(own) ? undefined : byId(own as Vlan[]);
  const { defaultPvid } = bridge.link;
  return isKnown(defaultPvid) ? byId(defaultVlans({ defaultPvid })) : undefined;
}

/** The VLAN that a frame is in within the bridge. */
function vlanOf(bridge: Device, port: Device, tags: string): { inside: string; drop?: Drop } {
  const vlans = vlansOf(bridge, port);
  if (!vlans) return { inside: tags, drop: unclear(port, "what VLANs it is in") };
  const [pvid] = [...vlans].find(([, flags]) => flags.pvid) ?? [];
  const vid = outerOf(tags) ?? pvid;
  const where = `${deviceLabel(bridge)} takes no frames`;
  if (vid === undefined) {
    return {
      inside: tags,
      drop: notCarried(bridge, port, `${where} without a tag from ${port.name}: it has no pvid.`),
    };
  }
  if (!vlans.has(vid)) {
    return { inside: tags, drop: notCarried(bridge, port, `${where} of VLAN ${vid} from ${port.name}.`) };
  }
  return { inside: tags === "" ? tagOf(vid) : tags };
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

function isolated(bridge: Device, from: Device, to: Device): Drop | undefined {
  if (to === bridge || from === bridge) return undefined;
  const [one, other] = [isIsolated(from), isIsolated(to)];
  if (one === false || other === false) return undefined;
  if (!isKnown(one) || !isKnown(other)) return unclear(to, "whether it is isolated");
  const why = `${from.name} and ${to.name} are isolated ports of ${deviceLabel(bridge)}: nothing passes between them.`;
  return { code: "port-isolated", host: bridge.host, device: to, why, by: [to.port?.by, from.port?.by] };
}

/** A port that is not forwarding, as the spanning tree or somebody by hand has set it. */
function blocked(bridge: Device, port: Device): Drop | undefined {
  const { host, live } = port;
  if (port === bridge || live?.portState === undefined || live.portState === "forwarding") return undefined;
  const why = `The port ${deviceLabel(port)} of ${bridge.name} is in the state ${live.portState}, in which it forwards nothing.`;
  return { code: "port-blocked", host, device: port, why, by: [port.port?.by, bridge.by] };
}

function isIsolated({ port }: Device): Maybe<boolean> {
  return port?.says === "port" ? port.isolated : false;
}

/** Of a frame for one device that the bridge does not know. */
function noFlood(device: Device): Drop | undefined {
  const { port, host, name } = device;
  if (port?.says !== "port" || port.flood !== false || port.learning !== false) return undefined;
  const why = `The port ${name} neither learns addresses nor takes frames to those that are not known.`;
  return { code: "port-no-flood", host, device, why, by: [port.by] };
}

function isHairpin({ port }: Device): boolean {
  return port?.says === "port" && port.hairpin === true;
}

function notCarried(bridge: Device, port: Device, why: string): Drop {
  const { host } = bridge;
  return {
    code: "vlan-not-carried",
    host,
    device: port,
    why,
    by: [port === bridge ? bridge.by : port.port?.by, bridge.by],
  };
}

function unclear(device: Device, what: string): Drop {
  const why = `It is not known of ${deviceLabel(device)} ${what}.`;
  return { code: "unknown", host: device.host, device, why, by: [device.by, device.port?.by], isOpen: true };
}
