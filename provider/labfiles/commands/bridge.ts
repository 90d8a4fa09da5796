import type { Json } from "../../core/values";
import type { Device, HostDraft } from "../host";
import { join } from "./ipLink";
import { portOptions } from "./linkTypes";
import { abbreviated, deviceOf, NoCounterpart, unknownWord, type Words } from "./words";

/** `bridge …` of iproute2. */
export function bridge(host: HostDraft, words: Words): void {
  while (words.peek()?.startsWith("-")) words.next();
  const object = abbreviated(words.isDone ? "link" : words.next(), [
    "link",
    "fdb",
    "mdb",
    "vlan",
    "vni",
    "monitor",
  ] as const);
  const verb = abbreviated(words.isDone ? "show" : words.next(), [
    "add",
    "append",
    "delete",
    "replace",
    "set",
    "show",
    "list",
    "lst",
  ] as const);
  if (verb === "show" || verb === "list" || verb === "lst") return;
  if (object === "vlan" && (verb === "add" || verb === "delete")) vlan(host, words, verb === "add");
  else if (object === "link" && verb === "set") link(host, words);
  else if (object === "fdb" && verb !== "set" && verb !== undefined) fdb(host, words, verb !== "delete");
  else throw new NoCounterpart("it is no command of bridge that we know");
}

function vlan(host: HostDraft, words: Words, isAdded: boolean): void {
  let device: Device | undefined;
  let first: number | undefined;
  let last: number | undefined;
  const flags = { pvid: false, untagged: false };
  while (!words.isDone) {
    const word = words.next();
    if (word === "dev") device = deviceOf(host, words.next());
    else if (word === "vid") [first, last] = range(words.next());
    else if (word === "pvid" || word === "untagged") flags[word] = true;
    else if (word !== "self" && word !== "master") throw unknownWord(word);
  }
  if (!device || first === undefined) throw new NoCounterpart("it names no device, or no VLAN");
  if (device.type !== "bridge" && !device.port) throw new NoCounterpart(`${device.name} is no port of a bridge`);
  device.vlans ??= new Map(defaults(host, device).map((vid) => [vid, { pvid: true, untagged: true }]));
  for (let vid = first; vid <= (last ?? first); vid += 1) {
    if (isAdded) {
      if (flags.pvid) for (const one of device.vlans.values()) one.pvid = false;
      device.vlans.set(vid, { ...flags });
    } else device.vlans.delete(vid);
  }
}

function range(text: string): [number, number] {
  const [first, last = first] = text.split("-").map(Number);
  if (first === undefined || last === undefined || !Number.isInteger(first) || !Number.isInteger(last) || last > 4094)
    throw new NoCounterpart(`\`${text}\` is no VLAN`);
  return [first, last];
}

/** The VLAN that a port, or the bridge itself, is in by itself. */
export function defaults(host: HostDraft, device: Device): number[] {
  const bridgeInputs = (device.port ? host.devices.get(device.port.bridge) : device)?.inputs;
  const vid = Number(bridgeInputs?.defaultPvid ?? 1);
  return vid === 0 ? [] : [vid];
}

function link(host: HostDraft, words: Words): void {
  words.take("dev");
  const device = deviceOf(host, words.next());
  if (!device.port) throw new NoCounterpart(`${device.name} is no port of a bridge`);
  portOptions(device.port.inputs, words);
}

function fdb(host: HostDraft, words: Words, isAdded: boolean): void {
  const entry: Json = {};
  let name: string | undefined;
  while (!words.isDone) {
    const word = words.next();
    if (word === "dev") name = words.next();
    else if (word === "dst") entry.destination = words.next();
    else if (word === "to") entry.mac = words.next().toLowerCase();
    else if (["self", "permanent", "static", "local"].includes(word)) continue;
    else if (entry.mac === undefined && word.includes(":")) entry.mac = word.toLowerCase();
    else throw unknownWord(word);
  }
  const device = name === undefined ? undefined : deviceOf(host, name);
  if (device?.type !== "vxlan" || entry.destination === undefined)
    throw new NoCounterpart("only a Vxlan has entries of its own, each with a destination");
  const all = ((device.inputs.fdb as Json[] | undefined) ?? []).filter(
    ({ mac, destination }) => mac !== entry.mac || destination !== entry.destination,
  );
  device.inputs.fdb = isAdded ? [...all, entry] : all;
}

/** `brctl …` of bridge-utils. */
export function brctl(host: HostDraft, words: Words): void {
  const verb = words.next();
  if (verb === "show" || verb === "showmacs" || verb === "showstp") return;
  const name = words.next();
  if (verb === "addbr") host.add(name, "bridge", { up: false });
  else if (verb === "addif")
    for (const port of words.rest()) join(host, deviceOf(host, port), deviceOf(host, name).name);
  else if (verb === "delif") for (const port of words.rest()) delete deviceOf(host, port).port;
  else if (verb === "stp") deviceOf(host, name).inputs.stp = ["on", "yes"].includes(words.next());
  else if (verb === "setageing") deviceOf(host, name).inputs.ageingTime = words.number() * 100;
  else if (verb === "setbridgeprio") deviceOf(host, name).inputs.priority = words.number();
  else if (verb === "setfd") deviceOf(host, name).inputs.forwardDelay = words.number() * 100;
  else throw unknownWord(verb);
}
