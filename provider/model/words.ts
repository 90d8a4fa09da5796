import type { OvsPortFact, RouteFact, RuleFact, VlanRange } from "../resources/facts";
import { type Device, isKnown, type Said } from "./graph";

/** What is in a lab, in the words that iproute2 and ovs-vsctl have for it; `?` is what is not known yet. */

export function addressText({ address, peer }: Device["addresses"][number]): string {
  return isKnown(peer) ? `${shown(address).replace(/\/\d+$/, "")} peer ${peer}` : shown(address);
}

/** In the words of `bridge` and of ovs-vsctl: its VLANs, and how it differs from others. */
export function portTexts(port: NonNullable<Device["port"]>): string[] {
  if (port.says === "ovsPort") return ovsVlans(port);
  const vlans = isKnown(port.vlans) ? port.vlans.map(rangeText) : [];
  return [
    ...(vlans.length === 0 ? [] : [`vlan ${vlans.join(", ")}`]),
    ...(port.isolated === true ? ["isolated"] : []),
    ...(port.hairpin === true ? ["hairpin"] : []),
    ...(port.learning === false ? ["no learning"] : []),
    ...(port.flood === false ? ["no flooding"] : []),
  ];
}

function rangeText({ vid, vidEnd, pvid, untagged }: VlanRange): string {
  const ids = vidEnd === undefined ? shown(vid) : `${shown(vid)}-${shown(vidEnd)}`;
  return [ids, ...(pvid === true ? ["pvid"] : []), ...(untagged === true ? ["untagged"] : [])].join(" ");
}

export function ovsVlans({ tag, trunks }: OvsPortFact): string[] {
  return [
    ...(tag === undefined ? [] : [`tag ${shown(tag)}`]),
    ...(isKnown(trunks) && trunks.length > 0 ? [`trunks ${trunks.map(shown).join(", ")}`] : []),
  ];
}

/** What sort of device it is; nothing of an end of a cable. */
export function linkText({ link }: Device): string | undefined {
  if (link === undefined) return undefined;
  switch (link.type) {
    case "veth":
    case "netkit":
      return undefined;
    case "vlan":
      return `vlan ${shown(link.vid)}`;
    case "vxlan":
      return `vxlan ${shown(link.vni)}`;
    case "geneve":
      return `geneve ${shown(link.vni)}`;
    case "tunnel":
      return shown(link.mode);
    case "macvlan":
    case "macvtap":
    case "ipvlan":
      return `${link.type} ${shown(link.mode)}`;
    case "ovs":
      return "internal";
    default:
      return link.type;
  }
}

/** To all that no other route is for. */
export function isDefault({ destination }: Said<RouteFact>): boolean {
  return destination === "default" || destination === "0.0.0.0/0" || destination === "::/0";
}

/** As `ip route` has it. */
export function routeText(route: Said<RouteFact>): string {
  const { type, gateway, device, table, metric, nexthops } = route;
  const ways = isKnown(nexthops) && nexthops.length > 0 ? nexthops : [{ gateway, device }];
  const way = ways.flatMap((one) => [
    ...(one.gateway === undefined ? [] : [`via ${shown(one.gateway)}`]),
    ...(one.device !== undefined && one.gateway === undefined ? [`dev ${shown(one.device)}`] : []),
  ]);
  return [
    ...(isKnown(type) && type !== "unicast" ? [type] : []),
    isDefault(route) ? "default" : shown(route.destination),
    ...way,
    ...(table === 254 ? [] : [`table ${shown(table)}`]),
    ...(isUsual(route) ? [] : [`metric ${shown(metric)}`]),
  ].join(" ");
}

/** The metric is the one that a route gets where none is asked for: of IPv6 it is 1024. */
function isUsual({ metric, destination, gateway }: Said<RouteFact>): boolean {
  const isIpv6 = `${shown(destination)} ${shown(gateway)}`.includes(":");
  return metric === undefined || metric === (isIpv6 ? 1024 : 0);
}

/** As `ip rule` has it. */
export function ruleText({ priority, from, to, iif, oif, fwmark, table, action }: Said<RuleFact>): string {
  const words = { from, to, iif, oif, fwmark };
  return [
    `${shown(priority)}:`,
    ...Object.entries(words).flatMap(([word, value]) => (value === undefined ? [] : [`${word} ${shown(value)}`])),
    action !== "lookup" ? shown(action) : `lookup ${table === undefined || table === 254 ? "main" : shown(table)}`,
  ].join(" ");
}

export function shown(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "?";
}

/** As `tc qdisc` has it, as far as the model knows. */
export function qdiscText({ kind, loss }: Device["qdiscs"][number]): string {
  return isKnown(loss) ? `${shown(kind)} loss ${loss}` : shown(kind);
}
