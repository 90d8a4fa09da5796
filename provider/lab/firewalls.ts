import { type NftText, tableFault } from "../core/nft";
import { isObject, type Json } from "../core/values";
import { NONE } from "./names";
import type { Host, LabFault, Seat } from "./plan";
import { prefixRules } from "./prefixRules";
import { uplinkOf } from "./uplink";
import type { Ways } from "./ways";

/** What a router lets through and translates, as tables of nftables. */

/** By RFC 4787: how long a mapping lives that nobody uses, and that all of it is by the port inside. */
const MAPPING_SECONDS = 300;

/**
 * What comes to the router itself unasked is dropped, and no connection is kept of it: else the mapping of a host behind it
 * could not have that port any more, and hosts that send to each other at once would not meet.
 */
const UNASKED = (device: string) => `chain input {
  type filter hook input priority filter
  iifname "${device}" meta l4proto { tcp, udp } ct state new drop
}`;

/**
 * Linux keeps the source port where it can, which is endpoint-independent mapping as long as no two hosts use one port, and
 * lets in answers alone: address-and-port-dependent filtering.
 */
const HOME = (device: string, family: string) => `chain postrouting {
  type nat hook postrouting priority srcnat
  meta nfproto ${family} oifname "${device}" masquerade
}`;

/** A port for each connection: address-and-port-dependent mapping. */
const SYMMETRIC = (device: string) => `chain postrouting {
  type nat hook postrouting priority srcnat
  meta nfproto ipv4 oifname "${device}" masquerade fully-random
}`;

/** Whoever sends to a port that is mapped gets in: endpoint-independent filtering, for UDP. */
const FULL_CONE = (device: string) => `map mapped {
  type inet_service : ipv4_addr . inet_service
  flags dynamic,timeout
  timeout ${MAPPING_SECONDS}s
  size 65536
}
chain prerouting {
  type nat hook prerouting priority dstnat
  iifname "${device}" meta l4proto udp dnat ip to udp dport map @mapped
}
chain postrouting {
  type nat hook postrouting priority srcnat
  meta nfproto ipv4 oifname "${device}" meta l4proto udp update @mapped { udp sport : ip saddr . udp sport }
  meta nfproto ipv4 oifname "${device}" masquerade
}`;

/** Only answers come in (RFC 6092, section 3). */
const IN = (device: string) => `iifname "${device}" ct state established,related accept
  iifname "${device}" drop`;

const BLOCK_INBOUND = (device: string) => `chain forward {
  type filter hook forward priority filter
  ${IN(device)}
}`;

const CORPORATE = (device: string) => `chain forward {
  type filter hook forward priority filter
  ${IN(device)}
  oifname "${device}" ct state established,related accept
  oifname "${device}" tcp dport { 80, 443 } accept
  oifname "${device}" udp dport 53 accept
  oifname "${device}" drop
}`;

/** No QUIC: browsers must come by tcp, where a portal can catch them. */
const CAPTIVE_PORTAL = (device: string) => `chain forward {
  type filter hook forward priority filter
  ${IN(device)}
  oifname "${device}" udp dport != 53 drop
}`;

const NATS = { home: (device: string) => HOME(device, "ipv4"), fullCone: FULL_CONE, symmetric: SYMMETRIC };
const natOf = (nat: keyof typeof NATS, { device }: Seat) => `${UNASKED(device)}\n${NATS[nat](device)}`;
const FILTERS: Record<string, (device: string) => string> = {
  blockInbound: BLOCK_INBOUND,
  corporate: CORPORATE,
  captivePortal: CAPTIVE_PORTAL,
};
const WORDS = { ipv4: "IPv4", ipv6: "IPv6" };
const FILTER_WORDS = [NONE, ...Object.keys(FILTERS)];

/** Where one word stands for rules, and what is not one of them is rules. */
function isWord(text: string): boolean {
  return /^\w*$/.test(text.trim());
}

export function firewallsOf(host: Host, hosts: ReadonlyMap<string, Host>, ways: Ways): Json[] {
  const { said, namespace } = host;
  const uplink = uplinkOf(host, hosts);
  const { nat = NONE, firewall = NONE } = said;
  const tables: [name: string, rules: string | undefined][] = [
    ["nat", uplink && nat in NATS ? natOf(nat as keyof typeof NATS, uplink) : undefined],
    ["nat6", uplink && nat6Of(host, uplink, ways)],
    ["firewall", isWord(firewall) ? uplink && FILTERS[firewall]?.(uplink.device) : firewall],
  ];
  return tables.flatMap(([name, rules]) => (rules === undefined ? [] : [{ namespace, name: `lab-${name}`, rules }]));
}

function nat6Of(host: Host, uplink: Seat, ways: Ways): string | undefined {
  const { nat6 } = host.said;
  if (nat6 === "masquerade") return HOME(uplink.device, "ipv6");
  return nat6 === "prefix" ? prefixRules(host, uplink, ways) : undefined;
}

/** What hosts say in the language of nft. */
export function textsOf({ hosts }: Json): NftText[] {
  return Object.entries(isObject(hosts) ? hosts : {}).flatMap(([name, host]): NftText[] => {
    const rules = isObject(host) ? host.firewall : undefined;
    if (typeof rules !== "string" || isWord(rules)) return [];
    return [{ path: ["hosts", name, "firewall"], family: "inet", rules }];
  });
}

export function firewallFaults(host: Host, hosts: ReadonlyMap<string, Host>): LabFault[] {
  const { firewall = NONE, forwarding } = host.said;
  const faults: LabFault[] = [];
  const refuse = (key: string, reason: string, needs: LabFault["needs"] = []) =>
    faults.push({ path: ["hosts", host.saidOf, key], reason, needs });
  const needsOutside = (["nat", "nat6", "firewall"] as const).filter((key) => {
    const word = host.said[key] ?? NONE;
    return word !== NONE && isWord(word);
  });
  const wrong = isWord(firewall) ? undefined : tableFault(firewall);
  if (wrong !== undefined) refuse("firewall", wrong);
  if (isWord(firewall) && !FILTER_WORDS.includes(firewall)) {
    refuse("firewall", `must be one of ${FILTER_WORDS.join(", ")}, or chains of nft(8)`);
  }
  for (const key of needsOutside) {
    const family = key === "nat" ? "ipv4" : "ipv6";
    const uplink = uplinkOf(host, hosts);
    if (!forwarding) refuse(key, "is for a router: give the host `forwarding: true`", ["routers"]);
    else if (!uplink) refuse(key, "needs `gateway`, the host to which it is outside", ["routers", "joins"]);
    else if (key !== "firewall" && uplink[family] === undefined)
      refuse(key, `translates ${WORDS[family]}, and the network of \`gateway\` has none`, ["subnets", "joins"]);
  }
  return faults;
}
