import { bitsOf, canonicalIp, familyOf, isMulticast, parseCidr } from "../../core/ip";
import type { Json } from "../../core/values";
import type { HostDraft } from "../host";
import { abbreviated, deviceOf, NoCounterpart, unknownWord, type Words } from "./words";

const VERBS = ["add", "change", "chg", "replace", "delete", "show", "list", "lst", "flush", "save", "restore"] as const;

/** `ip address …` */
export function ipAddress(host: HostDraft, words: Words): void {
  const verb = abbreviated(words.isDone ? "show" : words.next(), VERBS);
  if (verb === "show" || verb === "list" || verb === "lst") return;
  if (verb === "flush") return void flush(host, words);
  if (verb !== "add" && verb !== "change" && verb !== "chg" && verb !== "replace" && verb !== "delete")
    throw new NoCounterpart("it is no change of addresses that we know");
  const { device: name, ...address } = read(words);
  const device = deviceOf(host, name);
  const at = device.addresses.findIndex((one) => one.address === address.address);
  if (verb === "delete") {
    if (at >= 0) device.addresses.splice(at, 1);
    return;
  }
  if (at >= 0) device.addresses.splice(at, 1, address);
  else device.addresses.push(address);
}

function read(words: Words): Json & { device: string; address: string } {
  let device: string | undefined;
  let local: string | undefined;
  const more: Json = {};
  while (!words.isDone) {
    const word = words.next();
    if (word === "dev") device = words.next();
    else if (word === "local") local = words.next();
    else if (word === "peer" || word === "remote") more.peer = words.next();
    else if (word === "broadcast" || word === "brd") more.broadcast = words.next();
    else if (word === "label") more.label = words.next();
    else if (word === "scope") more.scope = words.next();
    else if (word === "nodad") more.noDad = true;
    else if (word === "home" || word === "mngtmpaddr" || word === "noprefixroute" || word === "optimistic")
      throw unknownWord(word);
    else if (word === "valid_lft" || word === "preferred_lft") forever(word, words.next());
    else if (word === "metric" || word === "proto") throw unknownWord(`${word} ${words.next()}`);
    else if (local === undefined && canonicalIp(word.split("/")[0] ?? "") !== undefined) local = word;
    else if (device === undefined) device = word;
    else throw unknownWord(word);
  }
  if (local === undefined) throw new NoCounterpart("it has no address");
  if (device === undefined) throw new NoCounterpart("it names no device");
  return { device, address: withLength(local), ...peerOf(more, local) };
}

function forever(word: string, time: string): void {
  if (time !== "forever") throw unknownWord(`${word} ${time}`);
}

/** An address without a length is one alone; the prefix length of a peer is written behind it. */
function peerOf({ peer, broadcast, ...more }: Json, local: string): Json {
  const [address] = String(peer ?? "").split("/");
  // `+` and `-` are what a device has by itself, as far as packets show.
  const isSaid = broadcast !== undefined && broadcast !== "+" && broadcast !== "-" && broadcast !== computed(local);
  return { ...(peer !== undefined && { peer: address }), ...(isSaid && { broadcast }), ...more };
}

function computed(local: string): string | undefined {
  const parsed = parseCidr(local);
  if (parsed?.family !== "inet") return undefined;
  const bytes = parsed.address.split(".").map(Number);
  return bytes
    .map((byte, index) => byte | (255 >> Math.min(8, Math.max(0, parsed.prefixLength - 8 * index))))
    .join(".");
}

export function withLength(address: string): string {
  const text = address.includes("/") ? address : `${address}/${bitsOf(familyOf(address))}`;
  const parsed = parseCidr(text);
  if (!parsed || isMulticast(parsed.address))
    throw new NoCounterpart(`\`${address}\` is no address that a device can have`);
  return `${parsed.address}/${parsed.prefixLength}`;
}

function flush(host: HostDraft, words: Words): void {
  let name: string | undefined;
  while (!words.isDone) {
    const word = words.next();
    if (word === "dev") name = words.next();
    else if (word === "scope") words.next();
    else name = word;
  }
  if (name === undefined) throw new NoCounterpart("it names no device");
  deviceOf(host, name).addresses.length = 0;
}
