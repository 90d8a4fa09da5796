import type { HostDraft } from "../host";
import { NoCounterpart, unknownWord, type Words } from "./words";

/** What a rule of iptables asks of a packet, in the words of nft. */

export interface Match {
  family: "ip" | "ip6";
  protocol: string | undefined;
}

const PORTS = new Set(["--dport", "--destination-port", "--dports", "--sport", "--source-port", "--sports"]);
const MODULES = new Set([
  "tcp",
  "udp",
  "icmp",
  "icmp6",
  "icmpv6",
  "conntrack",
  "state",
  "comment",
  "mark",
  "multiport",
]);

export function matchOf(word: string, words: Words, match: Match, isNot: boolean, host: HostDraft): string[] {
  const not = isNot ? "!= " : "";
  if (word === "-m" || word === "--match") {
    const module = words.next();
    if (!MODULES.has(module)) throw new NoCounterpart(`we have no words for its match ${module}`);
    return [];
  }
  if (["-s", "--source", "--src"].includes(word)) return [`${match.family} saddr ${not}${list(words.next())}`];
  if (["-d", "--destination", "--dst"].includes(word)) return [`${match.family} daddr ${not}${list(words.next())}`];
  if (["-i", "--in-interface"].includes(word)) return [`iifname ${not}${deviceName(host, words.next())}`];
  if (["-o", "--out-interface"].includes(word)) return [`oifname ${not}${deviceName(host, words.next())}`];
  if (["-p", "--protocol"].includes(word)) return protocol(words, match, not);
  if (PORTS.has(word)) {
    if (match.protocol === undefined) throw new NoCounterpart(`${word} needs a protocol before it`);
    const side = word.startsWith("--d") ? "dport" : "sport";
    return [`${match.protocol} ${side} ${not}${list(words.next().replaceAll(":", "-"))}`];
  }
  if (word === "--ctstate" || word === "--state") return [`ct state ${not}${words.next().toLowerCase()}`];
  if (word === "--icmp-type" || word === "--icmpv6-type")
    return [`${match.family === "ip" ? "icmp" : "icmpv6"} type ${not}${words.next()}`];
  if (word === "--tcp-flags") {
    const flags = words.next().toLowerCase();
    const set = words.next().toLowerCase();
    const [mask, all] = [flags, set].map((text) => text.replaceAll(",", "|").replace("none", "0x0"));
    return [`tcp flags & (${mask === "all" ? "fin|syn|rst|psh|ack|urg" : mask}) ${isNot ? "!=" : "=="} ${all}`];
  }
  if (word === "--syn") return [`tcp flags & (fin|syn|rst|ack) ${isNot ? "!=" : "=="} syn`];
  if (word === "--mark") return [`meta mark ${not}${words.next()}`];
  if (word === "--comment") {
    words.next();
    return [];
  }
  throw unknownWord(word);
}

/** A protocol that a later match names as well is said by that alone. */
function protocol(words: Words, match: Match, not: string): string[] {
  const name = words.next().toLowerCase();
  if (name === "all") return [];
  match.protocol = name;
  const next = words.peek() === "-m" ? undefined : words.peek();
  const isSaidLater = not === "" && (PORTS.has(next ?? "") || next === "--tcp-flags" || next === "--icmp-type");
  if (isSaidLater) return [];
  return [`meta l4proto ${not}${name === "icmpv6" ? "ipv6-icmp" : name}`];
}

function deviceName(host: HostDraft, name: string): string {
  const device = host.devices.get(name);
  if (device?.type === "none") throw new NoCounterpart(device.why ?? `no kind makes ${name}`);
  return JSON.stringify(name.replace(/\+$/, "*"));
}

function list(text: string): string {
  return text.includes(",") ? `{ ${text.split(",").join(", ")} }` : text;
}
