import type { Json } from "../../core/values";
import type { Device, HostDraft } from "../host";
import { bridgeOptions, portOptions, vlanOptions, vxlanOptions } from "./linkTypes";
import { abbreviated, deviceOf, NoCounterpart, unknownWord, Words } from "./words";

const VERBS = [
  "add",
  "set",
  "replace",
  "change",
  "delete",
  "show",
  "list",
  "lst",
  "help",
  "property",
  "xstats",
  "afstats",
] as const;
const KINDS: Record<string, Device["type"]> = {
  ...{ bridge: "bridge", vlan: "vlan", vxlan: "vxlan", dummy: "dummy", macvlan: "macvlan", veth: "veth" },
};

/** `ip link …` */
export function ipLink(host: HostDraft, words: Words): void {
  const verb = abbreviated(words.isDone ? "show" : words.next(), VERBS);
  if (verb === "show" || verb === "list" || verb === "lst" || verb === "help") return;
  if (verb === "add" || verb === "replace") add(host, words);
  else if (verb === "set" || verb === "change") set(host, words);
  else if (verb === "delete") remove(host, words);
  else throw new NoCounterpart("it is no change of devices that we know");
}

function add(host: HostDraft, words: Words): void {
  let name: string | undefined;
  let parent: string | undefined;
  // Until a command sets it up, it is down.
  const inputs: Json = { up: false };
  const later: string[] = [];
  let kind: string | undefined;
  while (!words.isDone && kind === undefined) {
    const word = words.next();
    if (word === "name") name = words.next();
    else if (word === "dev") name = words.next();
    else if (word === "link") parent = words.next();
    else if (word === "type") kind = words.next();
    else if (word === "mtu") inputs.mtu = words.number();
    else if (word === "address") inputs.mac = words.next().toLowerCase();
    else if (word === "up") delete inputs.up;
    else if (["txqueuelen", "txqlen", "numtxqueues", "numrxqueues", "index", "group"].includes(word))
      later.push(`${word} ${words.next()}`);
    else if (name === undefined) name = word;
    else throw unknownWord(word);
  }
  if (name === undefined || kind === undefined) throw new NoCounterpart("it names no device, or not of which type");
  const type = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (type === undefined) {
    const why = `we have no kind for a device of type ${kind}, which ${name} is`;
    host.addNone(name, why);
    throw new NoCounterpart(why);
  }
  if (parent !== undefined) inputs.parent = deviceOf(host, parent).name;
  if (type === "veth") return void addPair(host, words, name, inputs);
  const device = host.add(name, type, inputs);
  try {
    if (type === "bridge") bridgeOptions(device, words);
    else if (type === "vlan") vlanOptions(device, words);
    else if (type === "vxlan") vxlanOptions(host, device, words);
    else if (type === "macvlan" && words.take("mode")) inputs.mode = words.next();
    if (!words.isDone) throw unknownWord(words.rest().join(" "));
    if (later.length > 0) throw unknownWord(later.join(" "));
  } catch (error) {
    throw isNeeded(device) ? without(host, device, error) : error;
  }
}

/** Whether it says too little for its kind. */
function isNeeded({ type, inputs }: Device): boolean {
  if (type === "vlan") return inputs.vid === undefined || inputs.parent === undefined;
  if (type === "vxlan") return inputs.vni === undefined;
  return type === "macvlan" && inputs.parent === undefined;
}

function without(host: HostDraft, { name }: Device, error: unknown): unknown {
  host.addNone(name, `${name} is not in the program: ${(error as Error).message}`);
  return error;
}

function addPair(host: HostDraft, words: Words, name: string, inputs: Json): void {
  const other: Json = { up: false };
  let peer: string | undefined;
  words.take("peer");
  while (!words.isDone) {
    const word = words.next();
    if (word === "name") peer = words.next();
    else if (word === "mtu") other.mtu = words.number();
    else if (word === "address") other.mac = words.next().toLowerCase();
    else if (word === "netns") throw new NoCounterpart("it goes into a namespace that the host makes itself");
    else if (peer === undefined) peer = word;
    else throw unknownWord(word);
  }
  if (peer === undefined) throw new NoCounterpart("it does not name the other end");
  host.add(name, "veth", { ...inputs, peer });
  host.add(peer, "veth", { ...other, isPeer: true });
}

function set(host: HostDraft, words: Words): void {
  const { device, rest } = named(host, words.rest());
  const setters = new Words(rest);
  while (!setters.isDone) setOne(host, device, setters.next(), setters);
}

const SETTERS = new Set([
  "up",
  "down",
  "address",
  "addr",
  "mtu",
  "master",
  "nomaster",
  "name",
  "txqueuelen",
  "arp",
  "netns",
]);

/** The device that it is about, which may stand behind what is set: `ip link set up dev eth1`. */
function named(host: HostDraft, all: readonly string[]): { device: Device; rest: string[] } {
  const dev = all.indexOf("dev");
  const at = dev >= 0 ? dev + 1 : SETTERS.has(all[0] ?? "") ? all.length - 1 : 0;
  const device = deviceOf(host, all[at] ?? "");
  return { device, rest: all.filter((_, index) => index !== at && index !== (dev >= 0 ? dev : -1)) };
}

/** What changes nothing that a program could say, and nothing that packets show. */
const WITHOUT_EFFECT = new Set(["alias", "group"]);

function setOne(host: HostDraft, device: Device, word: string, words: Words): void {
  const own = device.type === "loopback" || device.type === "cable" ? device.settings : device.inputs;
  if (word === "up" || word === "down") setUp(device, word === "up");
  else if (word === "mtu") own.mtu = words.number();
  else if (word === "address" || word === "addr") own.mac = words.next().toLowerCase();
  else if (["txqueuelen", "txqlen", "qlen"].includes(word)) device.settings.txQueueLength = words.number();
  else if (word === "name") rename(host, device, words.next());
  else if (word === "master") join(host, device, words.next());
  else if (word === "nomaster") delete device.port;
  else if (word === "vrf") throw new NoCounterpart(`it is put into the VRF ${words.next()}: we have no kind for one`);
  else if (word === "netns") throw new NoCounterpart("it goes into a namespace that the host makes itself");
  else if (word === "type") typed(device, words);
  else if (WITHOUT_EFFECT.has(word)) words.next();
  else throw unknownWord([word, ...(words.isDone ? [] : [words.next()])].join(" "));
}

function setUp(device: Device, isUp: boolean): void {
  if (device.type === "loopback" || device.type === "cable") {
    if (isUp) delete device.settings.up;
    else device.settings.up = false;
  } else if (isUp) delete device.inputs.up;
  else device.inputs.up = false;
}

function rename(host: HostDraft, device: Device, name: string): void {
  const old = device.name;
  host.devices.delete(old);
  device.name = name;
  host.devices.set(name, device);
  for (const one of [...host.routes, ...host.neighbors, ...host.qdiscs]) if (one.device === old) one.device = name;
  for (const one of host.devices.values()) {
    if (one.port?.bridge === old) one.port.bridge = name;
    for (const key of ["parent", "device", "peer"]) if (one.inputs[key] === old) one.inputs[key] = name;
  }
}

export function join(host: HostDraft, device: Device, name: string): void {
  const bridge = deviceOf(host, name);
  if (bridge.type !== "bridge") throw new NoCounterpart(`${name} is no bridge that we make`);
  device.port = { bridge: name, inputs: device.port?.inputs ?? {} };
}

function typed(device: Device, words: Words): void {
  const type = words.next();
  if (type === "bridge" && device.type === "bridge") bridgeOptions(device, words);
  else if (type === "bridge_slave" && device.port) portOptions(device.port.inputs, words);
  else throw unknownWord(`type ${[type, ...words.rest()].join(" ")}`);
}

function remove(host: HostDraft, words: Words): void {
  words.take("dev");
  const { name, type } = deviceOf(host, words.next());
  if (type === "cable") throw new NoCounterpart("it takes the cable away that the file has there");
  host.devices.delete(name);
}
