import { canonicalIp } from "../../core/ip";
import type { Json } from "../../core/values";
import type { HostDraft } from "../host";
import { type IpFamily, prefix, table } from "./ipRoute";
import { abbreviated, deviceOf, NoCounterpart, unknownWord, type Words } from "./words";

const VERBS = ["add", "delete", "del", "replace", "change", "append", "show", "list", "lst", "flush", "get"] as const;
const ACTIONS = ["blackhole", "unreachable", "prohibit"];

/** `ip rule …` */
export function ipRule(host: HostDraft, words: Words, family: IpFamily): void {
  const verb = abbreviated(words.isDone ? "show" : words.next(), VERBS);
  if (verb === "show" || verb === "list" || verb === "lst") return;
  if (verb === "flush") throw new NoCounterpart("a program has only the rules that it names");
  if (verb !== "add" && verb !== "delete" && verb !== "del")
    throw new NoCounterpart("it is no change of rules that we know");
  const rule = readRule(words, family);
  if (verb === "add") {
    host.rules.push({ priority: priorityBelow(host, rule.family), ...rule });
    return;
  }
  const at = host.rules.findIndex((one) => Object.entries(rule).every(([key, value]) => one[key] === value));
  if (at < 0) throw new NoCounterpart("the file adds no such rule");
  host.rules.splice(at, 1);
}

function readRule(words: Words, family: IpFamily): Json {
  const rule: Json = {};
  while (!words.isDone) {
    const word = words.next();
    if (word === "from" || word === "to") setPrefix(rule, word, words.next());
    else if (word === "iif" || word === "dev") rule.iif = words.next();
    else if (word === "oif") rule.oif = words.next();
    else if (word === "fwmark") rule.fwmark = words.next();
    else if (["pref", "preference", "priority", "prio", "order"].includes(word)) rule.priority = words.number();
    else if (word === "table" || word === "lookup") rule.table = table(words.next());
    else if (ACTIONS.includes(word)) rule.action = word;
    else throw unknownWord(word);
  }
  const is6 = family === "inet6" || [rule.from, rule.to].some((one) => String(one).includes(":"));
  return { ...(is6 && { family: "inet6" }), ...rule };
}

function setPrefix(rule: Json, key: string, text: string): void {
  if (!["all", "any", "default", "0/0", "::/0"].includes(text)) rule[key] = prefix(text);
}

/** What the kernel gives where a command does not: one below the lowest, of those behind the rule for `local`. */
function priorityBelow({ rules }: HostDraft, family: unknown): number {
  const its = rules.filter((one) => one.family === family).map(({ priority }) => Number(priority));
  return Math.min(32766, ...its) - 1;
}

/** `ip neighbour …` */
export function ipNeighbor(host: HostDraft, words: Words): void {
  const verb = abbreviated(words.isDone ? "show" : words.next(), VERBS);
  if (verb === "show" || verb === "list" || verb === "lst" || verb === "get" || verb === "flush") return;
  if (verb === undefined) throw new NoCounterpart("it is no change of neighbours that we know");
  const neighbor: Json = {};
  while (!words.isDone) {
    const word = words.next();
    if (word === "dev") neighbor.device = words.next();
    else if (word === "lladdr") neighbor.mac = words.next().toLowerCase();
    else if (word === "nud") state(words.next());
    else if (word === "proxy") Object.assign(neighbor, { proxy: true, address: canonicalIp(words.next()) });
    else if (word === "router") neighbor.router = true;
    else if (word === "to") neighbor.address = canonicalIp(words.next());
    else if (neighbor.address === undefined && canonicalIp(word) !== undefined) neighbor.address = canonicalIp(word);
    else throw unknownWord(word);
  }
  putNeighbor(host, neighbor, verb.startsWith("del"));
}

function state(name: string): void {
  if (name !== "permanent") throw new NoCounterpart(`a Neighbor is permanent, and not \`nud ${name}\``);
}

export function putNeighbor(host: HostDraft, neighbor: Json, isGone = false): void {
  if (neighbor.device === undefined || neighbor.address === undefined)
    throw new NoCounterpart("it names no device, or no address");
  deviceOf(host, String(neighbor.device));
  const at = host.neighbors.findIndex(
    ({ device, address }) => device === neighbor.device && address === neighbor.address,
  );
  if (at >= 0) host.neighbors.splice(at, 1);
  if (isGone) return;
  if (neighbor.mac === undefined && neighbor.proxy === undefined) throw new NoCounterpart("it names no MAC address");
  host.neighbors.push(neighbor);
}
