import { bitsOf, canonicalIp, canonicalPrefix, DEFAULT, DEFAULT6, familyOf, networkOf, parseCidr } from "../../core/ip";
import type { Json } from "../../core/values";
import type { HostDraft } from "../host";
import { abbreviated, deviceOf, NoCounterpart, unknownWord, type Words } from "./words";

const VERBS = ["list", "show", "lst", "get", "add", "change", "chg", "replace", "prepend", "append", "test"] as const;
const GONE = ["delete", "del", "flush", "save", "restore"] as const;
const TYPES = ["unicast", "blackhole", "unreachable", "prohibit", "throw"];
const TABLES: Record<string, number> = { local: 255, main: 254, default: 253 };

export type IpFamily = "inet" | "inet6" | undefined;

/** `ip route …` */
export function ipRoute(host: HostDraft, words: Words, family: IpFamily): void {
  const word = words.isDone ? "list" : words.next();
  const verb = abbreviated(word, [...VERBS, ...GONE]);
  if (verb === "list" || verb === "show" || verb === "lst" || verb === "get") return;
  if (verb === undefined || verb === "test" || verb === "save" || verb === "restore")
    throw new NoCounterpart("it is no change of routes that we know");
  if (verb === "flush") throw new NoCounterpart("a program has only the routes that it names");
  const route = read(words, family);
  if (verb === "delete" || verb === "del") return void remove(host, route);
  const device = route.device as string | undefined;
  if (device !== undefined) deviceOf(host, device);
  for (const { device: one } of (route.nexthops ?? []) as Json[]) if (one !== undefined) deviceOf(host, String(one));
  const gateway = route.gateway as string | undefined;
  if (gateway !== undefined && device === undefined && host.deviceTo(gateway) === undefined)
    throw new NoCounterpart(`its gateway ${gateway} is on no network that ${host.name} has in the program`);
  put(host, route, verb);
}

function put(host: HostDraft, route: Json, verb: string): void {
  const same = host.routes.findIndex((one) => keyOf(one) === keyOf(route));
  if (same < 0) host.routes.push(route);
  else if (verb === "append" || verb === "prepend")
    throw new NoCounterpart("there is another route to the same destination with the same metric");
  else host.routes.splice(same, 1, route);
}

function keyOf({ destination, metric, table }: Json): string {
  return `${destination} ${metric ?? 0} ${table ?? 254}`;
}

function remove(host: HostDraft, route: Json): void {
  const at = host.routes.findIndex(
    (one) =>
      one.destination === route.destination &&
      (one.table ?? 254) === (route.table ?? 254) &&
      (["gateway", "device", "metric"] as const).every((key) => route[key] === undefined || route[key] === one[key]),
  );
  if (at >= 0) host.routes.splice(at, 1);
}

function read(words: Words, family: IpFamily): Json {
  const route: Json = {};
  const nexthops: Json[] = [];
  let destination: string | undefined;
  while (!words.isDone) {
    const word = words.next();
    if (word === "nexthop") nexthops.push(nexthop(words));
    else if (word === "via") route.gateway = gateway(words);
    else if (word === "dev" || word === "oif") route.device = words.next();
    else if (word === "src") route.source = words.next();
    else if (["metric", "priority", "preference", "pref"].includes(word)) route.metric = words.number();
    else if (word === "table") route.table = table(words.next());
    else if (word === "scope") route.scope = words.next();
    else if (word === "mtu") {
      if (words.take("lock")) throw unknownWord("lock");
      route.mtu = words.number();
    } else if (word === "onlink") route.onLink = true;
    else if (word === "proto" || word === "protocol") protocol(words.next());
    else if (TYPES.includes(word) && destination === undefined) route.type = word;
    else if (word === "to") destination = words.next();
    else if (destination === undefined && isDestination(word)) destination = word;
    else throw unknownWord(word);
  }
  if (route.type === "unicast") delete route.type;
  if (route.table === 254) delete route.table;
  if (destination === undefined) throw new NoCounterpart("it names no destination");
  const next = (route.gateway ?? nexthops[0]?.gateway ?? route.source) as string | undefined;
  const is6 = family === "inet6" || (family === undefined && next !== undefined && familyOf(next) === "inet6");
  return { destination: prefix(destination, is6), ...route, ...(nexthops.length > 0 && { nexthops }) };
}

function nexthop(words: Words): Json {
  const hop: Json = {};
  while (!words.isDone && words.peek() !== "nexthop") {
    const word = words.next();
    if (word === "via") hop.gateway = gateway(words);
    else if (word === "dev") hop.device = words.next();
    else if (word === "weight") hop.weight = words.number();
    else throw unknownWord(word);
  }
  return hop;
}

function gateway(words: Words): string {
  if (words.take("inet", "inet6")) throw new NoCounterpart("no route has a gateway of the other family");
  const word = words.next();
  const address = canonicalIp(word);
  if (address === undefined) throw new NoCounterpart(`\`${word}\` is no address`);
  return address;
}

function protocol(name: string): void {
  if (name !== "static" && name !== "boot") throw unknownWord(`proto ${name}`);
}

export function table(name: string): number {
  const number = TABLES[name] ?? Number(name);
  if (!Number.isInteger(number)) throw new NoCounterpart(`the table \`${name}\` has no number`);
  return number;
}

function isDestination(word: string): boolean {
  return ["default", "any", "all"].includes(word) || /^[0-9a-fA-F:.]+(\/\d+)?$/.test(word);
}

/** In our form; the kernel takes `10.1.1.1/24` for its network, and so do we. */
export function prefix(text: string, is6 = text.includes(":")): string {
  if (["default", "any", "all", "0/0", "0.0.0.0/0", "::/0"].includes(text))
    return is6 || text === "::/0" ? DEFAULT6 : DEFAULT;
  const [address = "", length] = text.split("/");
  const dots = address.split(".");
  // `10/8` and `10.1/16`, as ip takes them.
  const full = text.includes(":") ? address : [...dots, "0", "0", "0"].slice(0, 4).join(".");
  const parsed = parseCidr(`${full}/${length ?? bitsOf(familyOf(full))}`);
  const canonical = parsed && canonicalPrefix(networkOf(parsed.address, parsed.prefixLength));
  if (canonical === undefined) throw new NoCounterpart(`\`${text}\` is no destination`);
  return canonical;
}
