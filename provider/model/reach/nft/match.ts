import { familyOf } from "../../../core/ip";
import { isObject, type Json } from "../../../core/values";
import { contains, numberOf, prefixOf } from "../ip";
import type { Packet } from "../types";
import { type Chain, keyOf, type Ruleset } from "./ruleset";

/** A packet as a rule sees it. */
export interface Seen {
  packet: Packet;
  /** By its name in nft. */
  icmpType?: string | undefined;
  iif?: string | undefined;
  oif?: string | undefined;
  /** What connection tracking says of it. */
  state: "new" | "established" | "invalid" | "untracked";
}

/** Where a program's own port lies, that the kernel has chosen. */
const CHOSEN = { least: 32_768, most: 60_999 };
const PROTOCOLS: Readonly<Record<string, string>> = {
  "1": "icmp",
  "6": "tcp",
  "17": "udp",
  "58": "ipv6-icmp",
  icmpv6: "ipv6-icmp",
};

/** Whether a packet is what a `match` says; undefined where that cannot be told. */
export function matches({ op, left, right }: Json, seen: Seen, ruleset: Ruleset, chain: Chain): boolean | undefined {
  const value = seenValue(left, seen);
  if (value === "none") return false;
  if (value === undefined) return undefined;
  const values = valuesOf(right, ruleset, chain);
  if (!values) return undefined;
  const is = isAnyOf(value, values);
  if (op === "!=") return is === undefined ? undefined : !is;
  if (op === "==" || op === "in") return is;
  return undefined;
}

type Value = string | number | "chosen";

/** Undefined: not followed here. "none": the packet has no such thing, so that the rule is not for it. */
export function seenValue(left: unknown, seen: Seen): Value | "none" | undefined {
  if (!isObject(left)) return undefined;
  const { meta, payload, ct } = left as Record<string, Json | undefined>;
  if (meta) return metaOf(String(meta.key), seen);
  if (ct) return ct.key === "state" && ct.dir === undefined ? seen.state : undefined;
  return payload ? payloadOf(String(payload.protocol), String(payload.field), seen) : undefined;
}

function metaOf(key: string, { packet, iif, oif }: Seen): Value | "none" | undefined {
  switch (key) {
    case "iif":
    case "iifname":
      return iif ?? "";
    case "oif":
    case "oifname":
      return oif ?? "";
    case "l4proto":
      return protocolOf(packet);
    case "nfproto":
      return packet.family === "inet" ? "ipv4" : "ipv6";
    case "protocol":
      return packet.family === "inet" ? "ip" : "ip6";
    case "mark":
      return packet.mark;
    default:
      return undefined;
  }
}

function payloadOf(protocol: string, field: string, { packet, icmpType }: Seen): Value | "none" | undefined {
  const { family, source = "", destination, port, sourcePort } = packet;
  if (protocol === "ip" || protocol === "ip6") {
    if ((protocol === "ip") !== (family === "inet")) return "none";
    if (field === "saddr") return source;
    if (field === "daddr") return destination;
    return field === "protocol" || field === "nexthdr" ? protocolOf(packet) : undefined;
  }
  if (protocol === "icmp" || protocol === "icmpv6") {
    if (protocolOf(packet) !== (PROTOCOLS[protocol] ?? protocol)) return "none";
    return field === "type" ? icmpType : undefined;
  }
  if (protocol !== "th" && protocol !== packet.protocol)
    return ["tcp", "udp", "sctp", "dccp"].includes(protocol) ? "none" : undefined;
  if (packet.protocol === "icmp") return undefined;
  if (field === "dport") return port ?? "chosen";
  return field === "sport" ? (sourcePort ?? "chosen") : undefined;
}

function protocolOf({ protocol, family }: Packet): string {
  return protocol === "icmp" && family === "inet6" ? "ipv6-icmp" : protocol;
}

/** All that the right side stands for, ranges and prefixes as they are. */
function valuesOf(right: unknown, { sets }: Ruleset, { family, table }: Chain): unknown[] | undefined {
  if (typeof right === "string" && right.startsWith("@")) return sets.get(keyOf(family, table, right.slice(1)));
  if (Array.isArray(right)) return right;
  if (isObject(right) && Array.isArray(right.set)) return right.set;
  return [right];
}

export function isAnyOf(value: Value, all: readonly unknown[]): boolean | undefined {
  const each = all.map((one) => is(value, one));
  if (each.includes(true)) return true;
  return each.includes(undefined) ? undefined : false;
}

function is(value: Value, one: unknown): boolean | undefined {
  if (isObject(one)) {
    const { elem, prefix, range } = one as {
      elem?: Json;
      prefix?: { addr: string; len: number };
      range?: [unknown, unknown];
    };
    if (elem) return is(value, elem.val);
    if (prefix)
      return isAddress(value) && isAddress(prefix.addr) && contains(prefixOf(`${prefix.addr}/${prefix.len}`), value);
    return range ? isWithin(value, range) : undefined;
  }
  if (value === "chosen") {
    const port = Number(one);
    return port >= CHOSEN.least && port <= CHOSEN.most ? undefined : false;
  }
  if (typeof one === "number" || typeof value === "number") return Number(one) === Number(value);
  if (typeof one !== "string") return undefined;
  if (one.endsWith("*")) return value.startsWith(one.slice(0, -1));
  return (PROTOCOLS[one] ?? one) === value;
}

function isWithin(value: Value, [first, last]: [unknown, unknown]): boolean | undefined {
  const isChosen = value === "chosen";
  if (isAddress(value)) {
    if (!isAddress(first) || !isAddress(last) || familyOf(first) !== familyOf(value)) return false;
    return numberOf(first) <= numberOf(value) && numberOf(value) <= numberOf(last);
  }
  const [least, most] = [Number(first), Number(last)];
  if (Number.isNaN(least) || Number.isNaN(most)) return undefined;
  if (!isChosen) return least <= Number(value) && Number(value) <= most;
  if (least <= CHOSEN.least && CHOSEN.most <= most) return true;
  return most < CHOSEN.least || CHOSEN.most < least ? false : undefined;
}

function isAddress(value: unknown): value is string {
  return typeof value === "string" && /^[\d.]+$|:/.test(value) && value !== "";
}
