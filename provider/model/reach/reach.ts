import { addressToUse } from "../../core/addressToUse";
import { canonicalIp, familyOf } from "../../core/ip";
import { type Graph, type Host, isKnown } from "../graph";
import type { Own } from "./addresses";
import { CAUSES } from "./causes";
import { contains, isLinkLocal, isLoopback } from "./ip";
import { tunnelsIn } from "./tunnels";
import type { Drop, Family, Hop, Outcome, Packet, Reach, Stop } from "./types";
import { nameOf, send } from "./walk";
import { World } from "./world";

export interface From {
  host: string;
  /** The address that the packet has as its source. Absent: the host chooses. */
  source?: string;
  /** The device that it may only go out by, as `ping -I` has it. */
  device?: string;
}

export interface ReachOptions {
  /** Default: icmp, an echo request and its reply. */
  protocol?: "icmp" | "tcp" | "udp";
  /** Of tcp and udp. Whether somebody listens there is not asked. */
  port?: number;
  /** The bytes of the payload, as `ping -s` has it: 56 of icmp unless told. */
  size?: number;
  /** No router may cut the packet up, as `ping -M do` has it. */
  dontFragment?: boolean;
  /** Of a host that is named, the address to use. Default: IPv4 where both have one, else IPv6. */
  family?: Family;
  /** The host that an address is to lead to: another one that has it as well does not count. */
  target?: string;
}

const HEADERS = { inet: { icmp: 28, udp: 28, tcp: 40 }, inet6: { icmp: 48, udp: 48, tcp: 60 } };
const ECHO_SIZE = 56;
const TTL = 64;

const worlds = new WeakMap<Graph, World>();

/** The way of a packet from a host to an address, or to a host of the lab, and of its answer back. */
export function reach(graph: Graph, from: string | From, to: string, options: ReachOptions = {}): Reach {
  const { host: name, source, device } = typeof from === "string" ? ({ host: from } as From) : from;
  const host = graph.hosts.get(name);
  if (!host) return nowhere(undefined, `There is no host ${name || "of the provider's own"} in the lab.`, name);
  const destination = canonicalIp(to) ?? addressOf(graph, name, to, options.family);
  if (destination === undefined) return noAddress(graph, host, to, options.family);
  const world = worldOf(graph);
  const packet = packetTo(destination, source, options);
  world.forks = 0;
  const target = canonicalIp(to) === undefined ? to : options.target;
  const there = send(world, { hops: [], doubts: [] }, host, packet, device).map((one) =>
    one.drop || target === undefined || one.at.name === target ? one : astray(world, one, host, destination, target),
  );
  return verdict(
    there.map((one) => (one.drop ? { there: one } : { there: one, back: answer(world, { host, device }, one) })),
  );
}

/** The address by which a host is reached from another one, as `addressToUse` has it. */
export function addressOf(graph: Graph, from: string, to: string, family?: Family): string | undefined {
  const [near, far] = [graph.hosts.get(from), graph.hosts.get(to)];
  if (!near || !far) return undefined;
  const world = worldOf(graph);
  const usable = (host: Host) =>
    world
      .view(host)
      .addresses.filter(({ address }) => !isLoopback(address) && !isLinkLocal(address))
      .map((own) => ({ ...own, on: own.device.name }));
  const isNear = (one: Own, other: Own) => contains(one.network, other.address) && contains(other.network, one.address);
  return addressToUse(usable(near), usable(far), isNear, family);
}

function worldOf(graph: Graph): World {
  const known = worlds.get(graph);
  if (known) return known;
  const world = new World(graph);
  world.tunnels = tunnelsIn(world);
  worlds.set(graph, world);
  return world;
}

function packetTo(destination: string, source: string | undefined, options: ReachOptions): Packet {
  const { protocol = "icmp", port, size = protocol === "icmp" ? ECHO_SIZE : 0, dontFragment: df = false } = options;
  const family = familyOf(destination);
  const bytes = HEADERS[family][protocol] + size;
  // All of them written out: packets of one shape are copied several times as fast.
  return {
    family,
    protocol,
    source,
    destination,
    sourcePort: undefined,
    port: protocol === "icmp" ? undefined : port,
    size: bytes,
    df,
    mark: 0,
    ttl: TTL,
    isReply: false,
    discovery: undefined,
    learnt: [],
    tracked: [],
  };
}

/** Whether an answer, if one comes, is another host's than that of the one that is meant. */
export function isAstray({ reaches, stop }: Reach): boolean {
  return reaches === false && stop?.direction === "there" && ["own-address", "other-host"].includes(stop.code);
}

/** Whoever else takes a packet in: the host that is meant has not got it. */
function astray(world: World, one: Outcome, from: Host, destination: string, target: string): Outcome {
  const { packet, at, by } = one;
  const isTurned = packet.destination !== destination;
  const own = world.owners(destination).find(({ device }) => device.host === at);
  const code = at === from && !isTurned ? "own-address" : "other-host";
  const meant = target || "the provider's own namespace";
  const how = isTurned ? `to which a firewall sends it on as ${packet.destination}` : "which has that address, too";
  const why =
    code === "own-address"
      ? `${nameOf(at)} has ${destination} itself, so it cannot reach ${meant} by that address.`
      : `A packet for ${destination} of ${meant} ends at ${nameOf(at)}, ${how}.`;
  return { ...one, drop: { code, host: at, device: own?.device ?? by, why, by: [own?.by ?? at.by] } };
}

/** The answer of the host that a packet has come to. */
function answer(
  world: World,
  asker: { host: Host; device: string | undefined },
  { packet, at, by }: Outcome,
): Outcome[] {
  const { source = "", destination, port, sourcePort } = packet;
  const isNear = packet.family === "inet6" && isLinkLocal(source) && by.name !== "lo";
  const reply: Packet = {
    ...packet,
    source: destination,
    destination: source,
    port: sourcePort,
    sourcePort: port,
    df: false,
    ttl: TTL,
    isReply: true,
    mark: 0,
  };
  world.forks = 0;
  const outcomes = send(world, { hops: [], doubts: [] }, at, reply, isNear ? by.name : undefined);
  return outcomes.map((one): Outcome => {
    if (one.drop) return one;
    if (one.at === asker.host) return elsewhere(one, asker.device);
    const why = `The answer to ${source} goes to ${one.at.name}, which has that address too.`;
    return { ...one, drop: { code: "other-host", host: one.at, device: one.by, why, by: [one.at.by] } };
  });
}

/** Who is bound to a device hears nothing that comes in by another one. */
function elsewhere(outcome: Outcome, device: string | undefined): Outcome {
  const { at: host, by } = outcome;
  if (device === undefined || by.name === device || by.name === "lo") return outcome;
  const why = `The answer comes in by ${by.name}, but the sender listens only on ${device}.`;
  return { ...outcome, drop: { code: "other-device", host, device: by, why, by: [by.by] } };
}

interface Way {
  there: Outcome;
  back?: Outcome[];
}

/** All ways must lead there and back. Where only some do it counts which one is taken, and that is not known. */
function verdict(ways: readonly Way[]): Reach {
  const ends = ways.flatMap(({ there, back = [] }): { there: Outcome; back?: Outcome }[] =>
    there.drop ? [{ there }] : back.map((one) => ({ there, back: one })),
  );
  const doubtOf = ({ there, back }: (typeof ends)[number]) => there.doubts[0] ?? back?.doubts[0];
  const dropOf = ({ there, back }: (typeof ends)[number]) => there.drop ?? back?.drop;
  const failing = ends.filter((one) => dropOf(one));
  const doubtful = ends.filter((one) => !dropOf(one) && doubtOf(one));
  const chosen = failing[0] ?? doubtful[0] ?? ends[0];
  if (!chosen) return nowhere(undefined, "No way was found.", "");
  const { there, back } = chosen;
  const isNever = failing.length === ends.length && failing.every((one) => !dropOf(one)?.isOpen);
  const reaches = failing.length === 0 && doubtful.length === 0 ? true : isNever ? false : "unknown";
  const drop = dropOf(chosen) ?? (reaches === true ? undefined : doubtOf(chosen));
  const { source, destination } = there.packet;
  return {
    reaches,
    ...(source !== undefined && { source }),
    destination,
    there: [...there.hops],
    back: [...(back?.hops ?? [])] as Hop[],
    ...(drop && {
      stop: stopOf(drop, there.drop || there.doubts.includes(drop) ? "there" : "back", ends.length > failing.length),
    }),
  };
}

function stopOf(drop: Drop, direction: Stop["direction"], isOneOfSeveral: boolean): Stop {
  const { code, host, device, why, by, todo = CAUSES[code] } = drop;
  const resources = [...new Set(by.filter((one) => one !== undefined))];
  const some = isOneOfSeveral && !drop.isOpen ? `One of several paths fails: ${why}` : why;
  return { direction, host: host.name, ...(device && { device: device.name }), code, why: some, by: resources, todo };
}

function noAddress(graph: Graph, host: Host, to: string, family: Family | undefined): Reach {
  const other = graph.hosts.get(to);
  if (!other) return nowhere(host, `There is no host ${to} in the lab.`, to);
  const open = [...other.devices.values()].some((device) => device.addresses.some((one) => !isKnown(one.address)));
  const isOpen = open || !other.by || other.unplaced.length > 0 || graph.unplaced.length > 0;
  const why = `${to} has no ${family === "inet6" ? "IPv6 " : family === "inet" ? "IPv4 " : ""}address.`;
  const stop = stopOf({ code: "no-address", host: other, why, by: [other.by] }, "there", false);
  return { reaches: isOpen ? "unknown" : false, there: [], back: [], stop };
}

function nowhere(host: Host | undefined, why: string, name: string): Reach {
  const by = host?.by ? [host.by] : [];
  const stop: Stop = {
    direction: "there",
    host: host?.name ?? name,
    code: "no-host",
    why,
    by,
    todo: CAUSES["no-host"],
  };
  return { reaches: "unknown", there: [], back: [], stop };
}
