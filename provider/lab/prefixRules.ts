import { overlap, type Subnet, subnetText } from "../core/subnet";
import type { Host, LabFault, Seat } from "./plan";
import { SITE, type Translation } from "./prefixes";
import { uplinkOf } from "./uplink";
import type { Seen, Ways } from "./ways";

/** Where the source and the destination are in the header of IPv6, in bits. */
const SOURCE = 64;
const DESTINATION = 192;
/** Where a packet begins that an ICMPv6 error tells of (RFC 4443), in bits. */
const TOLD = 64;
const ERRORS = "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem }";

/**
 * The rules of a router with `nat6: "prefix"`, by nft's rewriting of bits, which keeps no state: what goes out has another
 * source, and what comes in another destination, and packets that ICMPv6 errors tell of as well (RFC 6296, section 3).
 * Connection tracking, of a firewall, sees the addresses inside both times.
 */
export function prefixRules(host: Host, uplink: Seat, ways: Ways): string {
  const own = uplink.network.inet6;
  const translations = translationsOf(host, uplink, ways);
  const out = translations.flatMap(({ inside, outside }) => [
    `ip6 saddr ${subnetText(inside)} ${exceptOf(inside, own)}${sets("@nh", SOURCE, outside)}`,
    `${ERRORS} ${told(DESTINATION, inside, outside)}`,
  ]);
  const back = translations.flatMap(({ inside, outside }) => [
    `ip6 daddr ${subnetText(outside)} ${sets("@nh", DESTINATION, inside)}`,
    `${ERRORS} ${told(SOURCE, outside, inside)}`,
  ]);
  const lines = (word: string, rules: string[]) =>
    rules.map((rule) => `  ${word} "${uplink.device}" ${rule}`).join("\n");
  return `chain prerouting {
  type filter hook prerouting priority raw
${lines("iifname", back)}
}
chain postrouting {
  type filter hook postrouting priority srcnat
${lines("oifname", out)}
}`;
}

export function prefixFaults(host: Host, hosts: ReadonlyMap<string, Host>, ways: Ways): LabFault[] {
  const uplink = host.said.nat6 === "prefix" ? uplinkOf(host, hosts) : undefined;
  if (!uplink || insideOf(host, uplink, ways).every(({ subnet }) => subnet.prefixLength >= SITE)) return [];
  const reason = `needs IPv6 subnets behind the router whose prefix length is at least ${SITE}`;
  return [{ path: ["hosts", host.name, "nat6"], reason, needs: ["joins", "subnets", "routers"] }];
}

/** The networks that a router leads to without its uplink. */
function insideOf(host: Host, uplink: Seat, ways: Ways): Seen[] {
  return ways
    .from(host, "inet6")
    .filter(({ network, hop }) => network !== uplink.network && hop?.device !== uplink.device);
}

function translationsOf(host: Host, uplink: Seat, ways: Ways): Translation[] {
  const all = insideOf(host, uplink, ways).map(({ subnet }) => ways.prefixes.of(host, subnet));
  return [...new Map(all.map((one) => [one.inside.first, one])).values()];
}

/** The router's own address outside is none that is behind it, though its first bits may be the same. */
function exceptOf(inside: Subnet, own: Subnet | undefined): string {
  return own && overlap(inside, own) ? `ip6 saddr != ${subnetText(own)} ` : "";
}

function told(at: number, from: Subnet, to: Subnet): string {
  return `@th,${TOLD + at},${SITE} ${bits(from)} ${sets("@th", TOLD + at, to)}`;
}

function sets(header: string, at: number, to: Subnet): string {
  return `${header},${at},${SITE} set ${bits(to)}`;
}

function bits({ first }: Subnet): string {
  return `0x${(first >> BigInt(128 - SITE)).toString(16)}`;
}
