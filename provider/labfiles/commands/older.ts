import { canonicalIp, numberOf } from "../../core/ip";
import type { HostDraft } from "../host";
import { withLength } from "./ipAddress";
import { putNeighbor } from "./ipOthers";
import { ipRoute } from "./ipRoute";
import { deviceOf, NoCounterpart, unknownWord, Words } from "./words";

/** The tools before iproute2, which many files still have: ifconfig, route, arp; and ethtool. */

export function ifconfig(host: HostDraft, words: Words): void {
  if (words.isDone) return;
  const device = deviceOf(host, words.next());
  const own = device.type === "cable" || device.type === "loopback" ? device.settings : device.inputs;
  let address: string | undefined;
  while (!words.isDone) {
    const word = words.next();
    if (word === "up") delete own.up;
    else if (word === "down") own.up = false;
    else if (word === "netmask") address = `${address?.split("/")[0]}/${lengthOf(words.next())}`;
    else if (word === "mtu") own.mtu = words.number();
    else if (word === "hw") own.mac = words.take("ether") ? words.next().toLowerCase() : words.next();
    else if (word === "broadcast") words.next();
    else if (word === "inet" || word === "add" || word === "inet6") continue;
    else if (canonicalIp(word.split("/")[0] ?? "") !== undefined) address = word;
    else throw unknownWord(word);
  }
  if (address === undefined) return;
  delete own.up;
  device.addresses.push({ address: withLength(address.includes("/") ? address : `${address}/${classOf(address)}`) });
}

/** The length of a network's class, which ifconfig takes where none is given. */
function classOf(address: string): number {
  if (address.includes(":")) return 128;
  const first = Number.parseInt(address, 10);
  if (first < 128) return 8;
  return first < 192 ? 16 : 24;
}

function lengthOf(mask: string): number {
  const bits = /^\d+(\.\d+){3}$/.test(mask) ? numberOf(mask).toString(2).padStart(32, "0") : undefined;
  if (bits === undefined || !/^1*0*$/.test(bits)) throw new NoCounterpart(`\`${mask}\` is no netmask`);
  return bits.indexOf("0") < 0 ? 32 : bits.indexOf("0");
}

export function route(host: HostDraft, words: Words): void {
  const options: string[] = [];
  while (words.peek()?.startsWith("-") && words.peek() !== "-net" && words.peek() !== "-host")
    options.push(words.next());
  if (words.isDone) return;
  const verb = words.next();
  const is6 = options.some((option) => option.includes("6"));
  const said: string[] = [];
  let target: string | undefined;
  words.take("-net", "-host");
  while (!words.isDone) {
    const word = words.next();
    if (word === "gw") said.push("via", words.next());
    else if (word === "dev") said.push("dev", words.next());
    else if (word === "metric") said.push("metric", words.next());
    else if (word === "netmask") target = `${target}/${lengthOf(words.next())}`;
    else if (target === undefined) target = word;
    else said.push("dev", word);
  }
  ipRoute(host, new Words([verb, target ?? "", ...said]), is6 ? "inet6" : undefined);
}

export function arp(host: HostDraft, words: Words): void {
  const verb = words.next();
  if (verb !== "-s" && verb !== "--set") {
    if (verb === "-d" || verb === "--delete")
      throw new NoCounterpart("a program has only the neighbours that it names");
    return;
  }
  const address = canonicalIp(words.next());
  const mac = words.next().toLowerCase();
  const device = words.take("-i", "dev") ? words.next() : address && host.deviceTo(address);
  putNeighbor(host, { device, address, mac });
}

const OFFLOADS: Record<string, string> = {
  ...{ tx: "tx", rx: "rx", tso: "tso", gso: "gso", gro: "gro", "tx-checksumming": "tx", "rx-checksumming": "rx" },
  ...{ "tx-checksum-ip-generic": "tx" },
};

export function ethtool(host: HostDraft, words: Words): void {
  const verb = words.next();
  if (verb !== "-K" && verb !== "--offload" && verb !== "--features") {
    if (/^(-[A-Z]|--(set|change|offload))/.test(verb))
      throw new NoCounterpart("LinkSettings has only the offloads of `ethtool -K`");
    return;
  }
  const { settings } = deviceOf(host, words.next());
  while (!words.isDone) {
    const word = words.next();
    const key = OFFLOADS[word];
    if (key === undefined) throw unknownWord(word);
    settings.offloads = { ...(settings.offloads as object | undefined), [key]: words.next() === "on" };
  }
}
