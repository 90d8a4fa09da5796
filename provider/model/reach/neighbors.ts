import { type Device, deviceLabel, isKnown } from "../graph";
import { bridgedDoubt } from "./bridged";
import { filterAll } from "./firewall";
import type { Frame } from "./flood";
import { contains, linkLocalOf } from "./ip";
import { lookUp } from "./lookup";
import { deviceSetting, forwards, withAll, withoutIpv6 } from "./settings";
import { sourcesOn } from "./source";
import { sourceFault } from "./sourceCheck";
import type { Decision, Drop, Packet } from "./types";
import type { World } from "./world";

/** A neighbour that has answered, or that is known without having been asked. */
export interface Answer {
  is: Device;
  /** The way of the packet's frame to it. */
  frame: Frame;
  decided: Decision;
  /** What it has learnt of the one that asked. */
  learns?: string | undefined;
  /** Why it may not have answered. */
  doubt?: Drop | undefined;
  /** If the packet ends there, this is why. */
  blame?: Drop | undefined;
}

/** Who takes what a device sends to a neighbour of that address: more than one where several answer. */
export function neighborsAt(world: World, device: Device, address: string, packet: Packet): Answer[] | Drop {
  return (
    withoutArp(device, address) ??
    permanent(world, device, address) ??
    cached(world, device, address) ??
    learnt(world, device, address, packet) ??
    asked(world, device, address, packet)
  );
}

function permanent(world: World, device: Device, address: string): Answer[] | Drop | undefined {
  const { host } = device;
  const entry = device.neighbors.find((one) => one.address === address && one.proxy === false);
  if (!entry) {
    const isOpen = device.neighbors.some((one) => !isKnown(one.address) || !isKnown(one.proxy));
    return isOpen
      ? unknown(device, `It is not known which entries the neighbour table of ${deviceLabel(device)} has.`)
      : undefined;
  }
  const { mac, by } = entry;
  const flood = world.flood(device);
  const reached = [...flood.allHeard(), ...flood.allMissed()];
  const wrong = (what: string): Drop => ({
    ...{ code: "neighbor-wrong", host, device, by: [by] },
    why: `The neighbour table of ${deviceLabel(device)} has ${address} at ${mac}, ${what}.`,
  });
  if (!isKnown(mac))
    return unknown(device, `It is not known at which MAC address ${deviceLabel(device)} has ${address}.`);
  // A bridge takes what is for the address of one of its ports for its own.
  const port = (one: Device) => (world.wiring.ports.get(one) ?? []).some((member) => member.mac === mac);
  const is = reached.find((one) => one.mac === mac) ?? reached.find(port);
  if (!is) {
    const isOpen = reached.some((one) => !isKnown(one.mac)) || flood.open.length > 0;
    return { ...wrong("which no device on that network has"), ...(isOpen && { isOpen }) };
  }
  const frame = frameTo(world, device, is);
  if ("code" in frame) return frame;
  const decided: Decision = {
    by: "neighbor",
    text: `${address} is at ${mac} (permanent), ${deviceLabel(is)}`,
    resources: [by],
  };
  const isRight = world.view(is.host).owns.has(address);
  return [
    { is, frame, decided, ...(!isRight && { blame: wrong(`which is ${deviceLabel(is)}, a device of another host`) }) },
  ];
}

function withoutArp(device: Device, address: string): Drop | undefined {
  if (!device.live?.isWithoutArp || device.name === "lo") return undefined;
  const why = `${deviceLabel(device)} has ARP off, and does not ask for ${address}.`;
  return { code: "no-arp", host: device.host, device, why, by: [device.by] };
}

/** What the kernel has found out itself, as long as somebody is there whom it has found. */
function cached(world: World, device: Device, address: string): Answer[] | undefined {
  const mac = device.live?.neighbors.get(address);
  const flood = world.flood(device);
  const is = mac === undefined ? undefined : flood.allHeard().find((one) => one.mac === mac);
  const frame = is && frameTo(world, device, is);
  if (!is || !frame || "code" in frame) return undefined;
  const text = `${address} is at ${deviceLabel(is)}, as the kernel has learnt`;
  return [{ is, frame, decided: { by: "neighbor", text, resources: [] } }];
}

function learnt(world: World, device: Device, address: string, packet: Packet): Answer[] | Drop | undefined {
  const known = packet.learnt.find((one) => one.on === device && one.address === address);
  if (!known) return undefined;
  // Where another one has that address too, its answers may have come since.
  const flood = world.flood(device);
  if (world.owners(address).some((own) => own.device !== known.is && flood.to(own.device))) return undefined;
  const frame = frameTo(world, device, known.is);
  if ("code" in frame) return frame;
  const text = `${address} is at ${deviceLabel(known.is)}, which has asked before`;
  return [{ is: known.is, frame, decided: { by: "neighbor", text, resources: [] } }];
}

/** The address that a request says it comes from; IPv6 always has one. */
function senderOf(world: World, device: Device, address: string, { family, source }: Packet): string | undefined {
  const view = world.view(device.host);
  const isOwn = source !== undefined && view.owns.has(source);
  if (family === "inet6")
    return isOwn && view.owns.get(source)?.some((own) => own.device === device) ? source : undefined;
  const { value: announce } = withAll(device, "inet", "arp_announce");
  const isNear =
    isOwn &&
    view.addresses.some(
      (own) => own.device === device && contains(own.network, source) && contains(own.network, address),
    );
  if (isOwn && ((announce ?? 0) === 0 || (announce === 1 && isNear))) return source;
  return sourcesOn(view, device, address, "link")[0];
}

function asked(world: World, device: Device, address: string, packet: Packet): Answer[] | Drop {
  const sender = senderOf(world, device, address, packet);
  const flood = world.flood(device);
  const answers: Answer[] = [];
  const refusals: Drop[] = [];
  for (const to of world.mayAnswer(address)) {
    if (to === device || !flood.to(to)) continue;
    const refusal = answersFor(world, to, address, sender);
    if (refusal === "not for it") continue;
    if (refusal && !refusal.isOpen) {
      refusals.push(refusal);
      continue;
    }
    const back = frameTo(world, to, device);
    const frame = frameTo(world, device, to);
    const lost =
      "code" in back
        ? back
        : "code" in frame
          ? frame
          : discoveryFault(world, { device, to, frame, back }, address, packet, sender);
    if (lost) refusals.push(lost);
    else answers.push(answerOf(to, address, frame as Frame, sender, refusal && doubtAt(to, refusal)));
  }
  return answers.length > 0 ? answers : whyNobody(world, device, address, refusals);
}

/** The ways of a question and of its answer. */
interface Exchange {
  device: Device;
  to: Device;
  frame: Frame;
  back: Frame;
}

/** Neighbour discovery of IPv6 goes through the firewalls of both sides, as no ARP does. */
function discoveryFault(
  world: World,
  { device, to, frame, back }: Exchange,
  address: string,
  packet: Packet,
  sender: string | undefined,
): Drop | undefined {
  if (packet.family === "inet") return undefined;
  const [asker, asked] = [world.view(device.host), world.view(to.host)];
  const question: Packet = {
    ...packet,
    protocol: "icmp",
    source: sender ?? linkLocalAt(device),
    destination: "ff02::1:ff00:0",
    isReply: false,
    discovery: "nd-neighbor-solicit",
  };
  const answer: Packet = {
    ...question,
    source: address,
    destination: sender ?? linkLocalAt(device),
    discovery: "nd-neighbor-advert",
  };
  const hears = (iif: Device) => [
    { hook: "prerouting" as const, iif },
    { hook: "input" as const, iif },
  ];
  const sends = (oif: Device) => [
    { hook: "output" as const, oif },
    { hook: "postrouting" as const, oif },
  ];
  return (
    filterAll(asker, question, ...sends(device)).drop ??
    filterAll(asked, question, ...hears(to)).drop ??
    filterAll(asked, answer, ...sends(to)).drop ??
    filterAll(asker, answer, ...hears(device)).drop ??
    bridgedDoubt(world, frame, question) ??
    bridgedDoubt(world, back, answer)
  );
}

function linkLocalAt({ mac }: Device): string {
  return isKnown(mac) ? linkLocalOf(mac) : "fe80::1";
}

/** It may not answer; of somebody else's host nothing more is known. */
function doubtAt(device: Device, doubt: Drop): Drop {
  if (device.host.by) return doubt;
  return unknown(device, `It is not known what ${deviceLabel(device)} answers: no resource makes its host.`);
}

function answerOf(is: Device, address: string, frame: Frame, sender: string | undefined, doubt?: Drop): Answer {
  const protocol = address.includes(":") ? "NDP" : "ARP";
  const text = `${address} is at ${deviceLabel(is)} (${protocol})`;
  return { is, frame, decided: { by: "neighbor", text, resources: [] }, learns: sender, doubt };
}

/** The first reason there is for silence: of those that were asked, of those that the question did not reach. */
function whyNobody(world: World, device: Device, address: string, refusals: readonly Drop[]): Drop {
  const { host } = device;
  const flood = world.flood(device);
  const certain = refusals.find((one) => !one.isOpen) ?? refusals[0];
  if (certain) return certain;
  const owners = world.owners(address).filter((own) => own.device !== device);
  const missed = owners.flatMap((own) => reasonOf(flood.missed(own.device)) ?? []);
  const [first] =
    missed.length > 0
      ? missed
      : flood.allHeard().length === 0
        ? flood.allMissed().flatMap((one) => reasonOf(flood.missed(one)) ?? [])
        : [];
  if (first) return first;
  if (flood.ends[0]) return flood.ends[0];
  if (flood.open[0]) return flood.open[0];
  const open = flood.allHeard().find((one) => one.host.by === undefined);
  if (open)
    return unknown(
      open,
      `It is not known whether ${deviceLabel(open)} answers for ${address}: no resource makes its host.`,
    );
  const [owner] = owners;
  const by = [...device.addresses.map((one) => one.by), device.by];
  if (!owner) {
    const why = `Nobody on the network of ${deviceLabel(device)} has ${address}.`;
    return { code: "nobody-answers", host, device, why, by };
  }
  if (owner.fault) return owner.fault;
  const where = `${address} is on ${deviceLabel(owner.device)}, which is not on the network of ${deviceLabel(device)}`;
  return {
    ...{ code: "wrong-prefix", host, device, by: [...by, owner.by] },
    why: `${where}, and nobody there answers for it.`,
  };
}

function reasonOf(frame: Frame | undefined): Drop | undefined {
  return frame?.drop ?? frame?.onlyLearnt;
}

/** Why a device does not answer for an address, if so. */
function answersFor(
  world: World,
  device: Device,
  address: string,
  sender: string | undefined,
): Drop | "not for it" | undefined {
  return address.includes(":") ? answersNdp(world, device, address) : answersArp(world, device, address, sender);
}

function answersArp(
  world: World,
  device: Device,
  address: string,
  sender: string | undefined,
): Drop | "not for it" | undefined {
  const view = world.view(device.host);
  const { host } = device;
  if (device.live?.isWithoutArp && view.owns.has(address)) {
    const why = `${deviceLabel(device)} has ARP off, and does not answer for ${address}.`;
    return { code: "no-arp", host, device, why, by: [device.by] };
  }
  const found = lookUp(view, { family: "inet", destination: address, source: sender, iif: device.name });
  const [entry] = "code" in found ? [] : found.entries;
  const isOwn = view.owns.has(address);
  if (entry?.type !== "local") {
    if (isOwn) return "code" in found ? found : "not for it";
    return proxies(world, device, address, sender, entry?.ways.map((way) => way.device) ?? []);
  }
  const fault = sender === undefined ? undefined : sourceFault(view, device, { source: sender, destination: address });
  if (fault) return fault;
  const ignore = withAll(device, "inet", "arp_ignore");
  const own = view.owns.get(address) ?? [];
  const isHere = own.some((one) => one.device === device);
  const isNear = own.some((one) => one.device === device && sender !== undefined && contains(one.network, sender));
  const isIgnored =
    ignore.value === 8 ||
    (ignore.value === 1 && !isHere) ||
    (ignore.value === 2 && !isNear) ||
    (ignore.value === 3 && own.every(({ scope }) => scope === "host"));
  if (isIgnored || ignore.value === undefined) {
    const why = `${deviceLabel(device)} does not answer for ${address}: arp_ignore is ${ignore.value}.`;
    return { code: "arp-ignored", host, device, why, by: ignore.by, ...(!isIgnored && { isOpen: true }) };
  }
  const filter = withAll(device, "inet", "arp_filter");
  if (filter.value === 0 || sender === undefined) return undefined;
  const back = lookUp(view, { family: "inet", destination: sender, source: address, iif: "lo" });
  if (!("code" in back) && back.entries[0]?.ways.every((way) => way.device === device)) return undefined;
  const why =
    `${deviceLabel(device)} does not answer ${sender}, because arp_filter is set and its route there ` +
    "uses another device.";
  return {
    code: "arp-filtered",
    host,
    device,
    why,
    by: filter.by,
    ...(filter.value === undefined && { isOpen: true }),
  };
}

/** Proxy ARP: a router answers for what is behind another device of its. */
function proxies(
  world: World,
  device: Device,
  address: string,
  sender: string | undefined,
  ways: readonly Device[],
): Drop | "not for it" | undefined {
  if (ways.length === 0 || ways.includes(device)) return "not for it";
  const { host } = device;
  const isProxy = withAll(device, "inet", "proxy_arp");
  const hasEntry = device.neighbors.some((one) => one.proxy === true && one.address === address);
  const forwarding = forwards(device, "inet");
  if (isProxy.value === 0 && !hasEntry) {
    if (forwarding.value !== 1 || !world.owners(address).length) return "not for it";
    const why = `${deviceLabel(device)} has a route to ${address}, but does not answer for it: proxy_arp is off.`;
    return { code: "no-proxy", host, device, why, by: [...isProxy.by, device.by] };
  }
  if (forwarding.value === 0) {
    const why = `${deviceLabel(device)} answers for others only if its host forwards.`;
    return { code: "no-forwarding", host, device, why, by: forwarding.by };
  }
  if (isProxy.value === undefined || forwarding.value === undefined) {
    return unknown(device, `It is not known whether ${deviceLabel(device)} answers for ${address}.`);
  }
  const source = { source: sender ?? "", destination: address, oif: ways[0]?.name };
  return sender === undefined ? undefined : sourceFault(world.view(host), device, source);
}

function answersNdp(world: World, device: Device, address: string): Drop | "not for it" | undefined {
  const { host } = device;
  const own = world
    .view(host)
    .owns.get(address)
    ?.find((one) => one.device === device);
  if (own) return own.fault;
  const entry = device.neighbors.find((one) => one.proxy === true && one.address === address);
  if (!entry) return "not for it";
  const proxy = withAll(device, "inet6", "proxy_ndp");
  const forwarding = deviceSetting(device, "inet6", "forwarding");
  const off = withoutIpv6(device);
  if (off) return off;
  if (proxy.value === 1 && forwarding.value === 1) return undefined;
  const why = `${deviceLabel(device)} has a proxy entry for ${address}, which counts only with proxy_ndp and forwarding.`;
  const isOpen = proxy.value !== 0 && forwarding.value !== 0;
  return {
    code: "no-proxy",
    host,
    device,
    why,
    by: [entry.by, ...proxy.by, ...forwarding.by],
    ...(isOpen && { isOpen }),
  };
}

/** The way of a frame that is for one device, which bridges and tunnels have learnt of. */
function frameTo(world: World, from: Device, to: Device): Frame | Drop {
  const flood = world.flood(from);
  const frame = flood.to(to) ?? flood.missed(to);
  if (frame && !frame.drop) return frame.notLearnt ?? frame;
  if (frame?.drop) return frame.drop;
  const why = `No frame gets from ${deviceLabel(from)} to ${deviceLabel(to)}.`;
  return { code: "answer-lost", host: from.host, device: from, why, by: [from.by, to.by] };
}

function unknown(device: Device, why: string): Drop {
  return { code: "unknown", host: device.host, device, why, by: [device.by], isOpen: true };
}
