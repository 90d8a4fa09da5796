import { type Device, type Host, isKnown } from "../graph";
import { followChain, type Verdict } from "./nft/follow";
import type { Seen } from "./nft/match";
import { baseChains, type Hook, otherChains } from "./nft/ruleset";
import { sourcesOn } from "./source";
import type { Decision, Drop, Packet, Tracked } from "./types";
import type { View } from "./world";

/** What a host's firewall makes of a packet. */
export interface Filtered {
  packet: Packet;
  drop?: Drop | undefined;
  decided: Decision[];
}

interface At {
  hook: Hook;
  iif?: Device | undefined;
  oif?: Device | undefined;
  /** The gateway of the way out. */
  gateway?: string | undefined;
}

/** Where NAT is done, as the names dstnat and srcnat have it. */
const [DSTNAT, SRCNAT] = [-100, 100];

/** What a host's rules of nftables do with a packet at a hook. */
export function filter(view: View, packet: Packet, at: At): Filtered {
  const { host, ruleset } = view;
  if (!ruleset) return { packet, decided: [] };
  const before = packet.tracked.find((one) => one.host === host);
  const decided: Decision[] = [];
  let now = packet;
  let isBack = false;
  for (const chain of baseChains(ruleset, at.hook, packet.family)) {
    if (!isBack && chain.prio >= natPriority(at.hook)) {
      now = translatedBack(now, before, at.hook);
      isBack = true;
    }
    // NAT is decided by a connection's first packet.
    if (chain.type === "nat" && (now.isReply || before)) continue;
    const verdict = followChain(ruleset, chain, seenAs(now, before, at));
    now = { ...now, mark: verdict.mark };
    if (verdict.does === "accept") {
      if (verdict.rule !== undefined) decided.push(decisionOf(verdict, view));
      continue;
    }
    decided.push(decisionOf(verdict, view));
    const translated = verdict.does === "nat" ? translate(view, now, verdict, at) : undefined;
    if (translated) now = translated;
    else return { packet: now, decided, drop: dropOf(view, verdict, now, at) };
  }
  return { packet: isBack ? now : translatedBack(now, before, at.hook), decided };
}

/** Through several hooks, one after the other. */
export function filterAll(view: View, packet: Packet, ...places: At[]): Filtered {
  let all: Filtered = { packet, decided: [] };
  for (const at of places) {
    const { decided } = all;
    all = filter(view, all.packet, at);
    all = { ...all, decided: [...decided, ...all.decided] };
    if (all.drop) return all;
  }
  return all;
}

/** The host remembers the connection, once its first packet is through. */
export function remember(host: Host, came: Packet, goes: Packet): Packet {
  if (goes.isReply) return goes;
  const endsOf = ({ source, destination, sourcePort, port }: Packet) => ({ source, destination, sourcePort, port });
  return { ...goes, tracked: [...goes.tracked, { host, before: endsOf(came), after: endsOf(goes) }] };
}

/** Why nothing can be said of a firewall of which only the text is known, or of one that sees frames. */
export function opaque({ host, ruleset }: View): Drop | undefined {
  const by = host.firewalls.map((one) => one.by);
  const name = host.name || "the provider's own namespace";
  if (ruleset) {
    const [other] = otherChains(ruleset);
    if (!other) return undefined;
    const why = `${name} has rules of nftables for ${other.family}, which are not followed here.`;
    return { code: "not-modelled", host, why, by, isOpen: true };
  }
  const hooked = host.firewalls.filter(({ rules }) => !isKnown(rules) || /\bhook\b/.test(rules));
  if (hooked.length === 0) return undefined;
  const why = `${name} has a firewall, and what its rules mean has not been asked of nftables.`;
  return { code: "not-modelled", host, why, by: hooked.map((one) => one.by), isOpen: true };
}

/** Whether text that is not understood may send a packet elsewhere, so that nothing behind it is certain. */
export function mayTurn({ firewalls }: Host): boolean {
  return firewalls.some(
    ({ rules }) => !isKnown(rules) || /\b(nat|dnat|snat|masquerade|redirect|mark|tproxy)\b/.test(rules),
  );
}

function seenAs(packet: Packet, before: Tracked | undefined, { iif, oif }: At): Seen {
  const { protocol, isReply, discovery } = packet;
  const icmpType = discovery ?? (protocol === "icmp" ? (isReply ? "echo-reply" : "echo-request") : undefined);
  const state = discovery
    ? "untracked"
    : !isReply
      ? "new"
      : before
        ? "established"
        : protocol === "udp"
          ? "new"
          : "invalid";
  return { packet, icmpType, iif: iif?.name, oif: oif?.name, state };
}

function natPriority(hook: Hook): number {
  return hook === "prerouting" || hook === "output" ? DSTNAT : SRCNAT;
}

/** An answer is changed back where the first packet was changed: its destination early, its source late. */
function translatedBack(packet: Packet, tracked: Tracked | undefined, hook: Hook): Packet {
  if (!packet.isReply || !tracked) return packet;
  const { before, after } = tracked;
  if (hook === "prerouting" && packet.destination === after.source && before.source !== undefined) {
    return { ...packet, destination: before.source, port: before.sourcePort };
  }
  if ((hook === "postrouting" || hook === "input") && packet.source === after.destination) {
    return { ...packet, source: before.destination, sourcePort: before.port };
  }
  return packet;
}

function translate(view: View, packet: Packet, { nat }: Verdict, { iif, oif, gateway }: At): Packet | undefined {
  const { what, to } = nat ?? { what: "", to: {} };
  const { addr, port } = to as { addr?: unknown; port?: unknown };
  if ((addr !== undefined && typeof addr !== "string") || (port !== undefined && typeof port !== "number"))
    return undefined;
  if (what === "dnat") return { ...packet, destination: addr ?? packet.destination, port: port ?? packet.port };
  if (what === "snat")
    return addr === undefined ? undefined : { ...packet, source: addr, sourcePort: port ?? packet.sourcePort };
  const own = (device: Device | undefined) =>
    view.addresses.find(
      (one) => one.device === device && one.family === packet.family && one.scope === "global" && !one.fault,
    )?.address;
  if (what === "redirect") {
    const local = iif ? own(iif) : packet.family === "inet" ? "127.0.0.1" : "::1";
    return local === undefined ? undefined : { ...packet, destination: local, port: port ?? packet.port };
  }
  if (!oif) return undefined;
  const sources = packet.family === "inet" ? sourcesOn(view, oif, gateway ?? packet.destination, "global") : [own(oif)];
  const [source] = sources;
  return source === undefined ? undefined : { ...packet, source, sourcePort: undefined };
}

function decisionOf({ does, chain, rule, nat }: Verdict, { host }: View): Decision {
  const where = rule === undefined ? `its policy` : `rule ${rule}`;
  const text = `${chain.family} ${chain.table} ${chain.name}, ${where}: ${nat?.what ?? does}`;
  return { by: "firewall", text, resources: makersOf(host, chain.table) };
}

function dropOf(view: View, { does, chain, rule }: Verdict, packet: Packet, { hook, iif, oif }: At): Drop {
  const { host } = view;
  const place = `the chain ${chain.name} of the table ${chain.family} ${chain.table} (hook ${chain.hook ?? hook})`;
  const what = packet.discovery ? `the IPv6 neighbour discovery (${packet.discovery})` : `the packet`;
  const by = makersOf(host, chain.table);
  const device = iif ?? oif;
  const name = host.name || "the provider's own namespace";
  if (does === "drop" || does === "reject") {
    const how = rule === undefined ? "by its policy" : `by rule ${rule}`;
    const verb = does === "drop" ? "drops" : "rejects";
    const why = `On ${name} ${place} ${verb} ${what}, ${how}.`;
    return { code: does === "drop" ? "firewall-drop" : "firewall-reject", host, device, why, by };
  }
  const why = `On ${name} ${place} has a rule${rule === undefined ? "" : ` (${rule})`} that is not followed here.`;
  return { code: "not-modelled", host, device, why, by, isOpen: true };
}

function makersOf(host: Host, table: string) {
  const named = host.firewalls.filter(({ name }) => name === table);
  return (named.length > 0 ? named : host.firewalls).map(({ by }) => by);
}
