import { downAt, mtuOf } from "../frames/links";
import { type Device, deviceLabel, type Host, isKnown } from "../graph";
import { bridgedDoubt } from "./bridged";
import { filter, filterAll, mayTurn, opaque, remember } from "./firewall";
import { hopOf, hopsOf, withDoubt, withHops } from "./hops";
import { isLinkLocal, isLoopback, type Prefix, prefixOf, prefixText } from "./ip";
import { type Found, lookUp, makersOf } from "./lookup";
import { neighborsAt } from "./neighbors";
import { type Entry, MAIN, openRoutes, type Way } from "./routes";
import { forwards, settingOf, withoutIpv6 } from "./settings";
import { sourcesFor } from "./source";
import { sourceFault } from "./sourceCheck";
import type { Decision, Drop, Outcome, Packet, Trail } from "./types";
import { whyNoRoute } from "./whyNoRoute";
import type { World } from "./world";

/** More ways than these of one packet are not followed: in a circle of equal routes there are 2 to the power of its TTL. */
const MOST_WAYS = 32;

const REFUSING: Readonly<Record<string, Drop["code"]>> = {
  blackhole: "route-blackhole",
  unreachable: "route-unreachable",
  prohibit: "route-prohibit",
};

/** Where the walk is: at a host, with what has come there; without a device the host itself sends it. */
interface Place {
  trail: Trail;
  host: Host;
  from?: Device | undefined;
  packet: Packet;
  /** As it was when it came to the host, before the firewall changed it. */
  came?: Packet | undefined;
  /** What has had a say at this host so far. */
  decided?: Decision[];
  /** The firewall has turned what the host sends: it is looked up anew. */
  isRerouted?: boolean;
}

/** What may be otherwise at a host than is known; where that may send packets elsewhere, it ends there. */
function arrivedAt(world: World, place: Place): Place | (Outcome & { drop: Drop }) {
  const { host } = place;
  const wall = opaque(world.view(host));
  const trail = withDoubt(place.trail, ...openAt(host), wall);
  const now = { ...place, trail, came: place.packet };
  return wall && !world.view(host).ruleset && mayTurn(host) ? { ...ended(now, wall), drop: wall } : now;
}

/** All ways of a packet that a host sends; `bound` is the device that it may only go out by. */
export function send(world: World, trail: Trail, host: Host, packet: Packet, bound?: string): Outcome[] {
  const place = arrivedAt(world, { trail, host, packet });
  return "drop" in place ? [place] : sendFrom(world, place, bound);
}

function sendFrom(world: World, place: Place, bound: string | undefined): Outcome[] {
  const { host, packet } = place;
  const { family, source, destination, mark } = packet;
  const view = world.view(host);
  const by = bound === undefined ? undefined : host.devices.get(bound);
  // In IPv6 an address of one's own is there whatever becomes of its device.
  const isOwn = family === "inet6" && (view.owns.get(destination) ?? []).some((own) => own.device === by && !own.fault);
  const down = by && !isOwn ? downAt(by) : undefined;
  if (down) return [ended(place, down)];
  const routed = lookUp(view, { family, destination, source, iif: "lo", oif: bound, mark });
  const isLost =
    "code" in routed ? !routed.isOpen : routed.entries[0] && REFUSING[routed.entries[0].type] !== undefined;
  const found = by && isLost && family === "inet" ? onLink(by, destination) : routed;
  if ("code" in found) return [ended(place, whyNoRoute(view, found, destination))];
  return onward(world, found, place, (entry, way) => {
    const isLocal = entry.type === "local";
    if (source !== undefined) return goOut(world, place, { entry, way, found }, bound);
    const sources = isLocal ? [entry.source ?? destination] : sourcesFor(view, entry, way, destination);
    if (sources.length === 0) return [ended(place, noSource(host, way.device, destination))];
    // With an address to send from the rules and routes are asked again.
    return each(world, place, sources, (one) =>
      sendFrom(world, { ...place, packet: { ...packet, source: one } }, bound),
    );
  });
}

/** Through the firewall for what the host sends, which may turn it elsewhere. */
function goOut(world: World, place: Place, leaving: Leaving, bound: string | undefined): Outcome[] {
  const { host, packet, isRerouted } = place;
  const isLocal = leaving.entry.type === "local";
  const oif = isLocal ? (host.devices.get("lo") ?? leaving.way.device) : leaving.way.device;
  const filtered = isRerouted ? { packet, decided: [] } : filter(world.view(host), packet, { hook: "output", oif });
  if (filtered.drop) return [ended({ ...place, trail: atHost(place, filtered.decided, oif) }, filtered.drop)];
  const decided = [...(place.decided ?? []), ...filtered.decided];
  const next: Place = { ...place, packet: filtered.packet, decided, came: isRerouted ? place.came : packet };
  const isTurned = next.packet.destination !== packet.destination || next.packet.mark !== packet.mark;
  if (isTurned) return sendFrom(world, { ...next, isRerouted: true }, bound);
  return isLocal ? loopBack(world, next, leaving) : leave(world, next, leaving);
}

/** To what is bound to a device IPv4 is on link where no route says otherwise. */
function onLink(device: Device, destination: string): Found {
  const prefix = prefixOf(destination);
  return { entries: [{ prefix, type: "unicast", table: MAIN, metric: 0, ways: [{ device }], scope: "link" }] };
}

/** Follows each way that a packet may take from a place, as long as these are not too many. */
function each<T>(world: World, place: Place, ways: readonly T[], follow: (way: T) => Outcome[]): Outcome[] {
  return ways.flatMap((way, index) => {
    if (index > 0) world.forks += 1;
    return index > 0 && world.forks >= MOST_WAYS ? [ended(place, tooMany(place))] : follow(way);
  });
}

/** Each way that the packet may take by what was found. */
function onward(world: World, found: Found, place: Place, go: (entry: Entry, way: Way) => Outcome[]): Outcome[] {
  return each(world, place, found.entries, (entry): Outcome[] => {
    if (entry.fault) return [ended(place, entry.fault)];
    const refusing = REFUSING[entry.type];
    if (refusing) {
      const why = `${nameOf(place.host)} has a route of type ${entry.type} for ${place.packet.destination}.`;
      return [ended(place, { code: refusing, host: place.host, why, by: makersOf(found) })];
    }
    if (entry.type === "broadcast") {
      const why = `${place.packet.destination} is the broadcast address of a network of ${nameOf(place.host)}.`;
      return [ended(place, { code: "not-modelled", host: place.host, why, by: makersOf(found), isOpen: true })];
    }
    return each(world, place, entry.ways, (way) => go(entry, way));
  });
}

/** To an address of the host's own, which goes by its loopback whatever device has the address. */
function loopBack(world: World, place: Place, { entry, way, found }: Leaving): Outcome[] {
  const { host, packet, decided = [] } = place;
  const lo = host.devices.get("lo");
  const down = lo && downAt(lo);
  if (down && lo) return [ended(place, { ...down, device: lo })];
  const by = lo ?? way.device;
  const view = world.view(host);
  const out = filter(view, packet, { hook: "postrouting", oif: by });
  const known = out.drop ? out.packet : remember(host, place.came ?? packet, out.packet);
  const filtered = out.drop ? out : filterAll(view, known, { hook: "prerouting", iif: by }, { hook: "input", iif: by });
  const all = [decisionOf(found, entry, undefined), ...decided, ...out.decided, ...(out.drop ? [] : filtered.decided)];
  const trail = withHops(place.trail, hopOf(undefined, by, host.name, all));
  const there = { ...place, trail, packet: filtered.packet };
  return [filtered.drop ? ended(there, filtered.drop) : delivered(there, by)];
}

interface Leaving {
  entry: Entry;
  way: Way;
  found: Found;
}

/** Out by a device, to whoever answers for the next address, and on from there. */
function leave(world: World, before: Place, { entry, way, found }: Leaving): Outcome[] {
  const { host, from } = before;
  const { device, gateway } = way;
  const down = downAt(device) ?? (before.packet.family === "inet6" ? withoutIpv6(device) : undefined);
  if (down) return [ended(before, { ...down, device })];
  const size = fitting(before, entry, device);
  if (typeof size !== "number") return [ended(before, size)];
  const postrouting = { hook: "postrouting" as const, oif: device, gateway };
  const forward = from ? [{ hook: "forward" as const, iif: from, oif: device }] : [];
  const filtered = filterAll(world.view(host), before.packet, ...forward, postrouting);
  const decided = [decisionOf(found, entry, way), ...(before.decided ?? []), ...filtered.decided];
  if (filtered.drop) return [ended({ ...before, trail: atHost(before, decided, device) }, filtered.drop)];
  const packet = remember(host, before.came ?? before.packet, filtered.packet);
  const place: Place = { ...before, packet };
  const answers = neighborsAt(world, device, gateway ?? packet.destination, packet);
  if ("code" in answers) return [ended({ ...place, trail: atHost(place, decided, device) }, answers)];
  return each(world, place, answers, (answer) => {
    const hop = hopOf(from, device, host.name, [...decided, answer.decided]);
    const bridged = bridgedDoubt(world, answer.frame, packet);
    const trail = withDoubt(withHops(place.trail, hop, ...hopsOf(answer.frame)), answer.doubt, bridged);
    const { limit, limitAt } = answer.frame;
    if (size > limit) return [ended({ ...place, trail }, tooBig(limitAt ?? device, size, limit))];
    const { learns, is, blame } = answer;
    const learnt = learns ? [...packet.learnt, { on: is, address: learns, is: device }] : packet.learnt;
    const outcomes = enter(world, { trail, host: is.host, from: is, packet: { ...packet, learnt } }, is);
    return blame ? outcomes.map((one) => (one.drop ? { ...one, drop: blame } : one)) : outcomes;
  });
}

function atHost({ trail, host, from }: Place, decided: Decision[], device: Device): Trail {
  return withHops(trail, hopOf(from, device, host.name, decided));
}

/** What comes in by a device: for the host, or to be passed on. */
function enter(world: World, before: Place, device: Device): Outcome[] {
  const { host } = before;
  const arrived = arrivedAt(world, before);
  if ("drop" in arrived) return [arrived];
  const off = before.packet.family === "inet6" ? withoutIpv6(device) : undefined;
  if (off) return [ended(arrived, off)];
  const view = world.view(host);
  const filtered = filter(view, before.packet, { hook: "prerouting", iif: device });
  if (filtered.drop) return [ended(arrived, filtered.drop)];
  const place: Place = { ...arrived, packet: filtered.packet, decided: filtered.decided };
  const { packet } = place;
  const { family, source = "", destination, mark } = packet;
  if (isLoopback(destination) || isLoopback(source)) {
    const why = `${deviceLabel(device)} accepts no packets of the loopback network.`;
    return [ended(place, { code: "martian-destination", host, device, why, by: [] })];
  }
  const found = lookUp(view, { family, destination, source, iif: device.name, mark });
  const isLocal = !("code" in found) && found.entries[0]?.type === "local";
  const closed = isLocal ? undefined : notForwarding(device, packet);
  if (closed && !closed.isOpen) return [ended(place, closed)];
  place.trail = withDoubt(place.trail, closed);
  if ("code" in found) return [ended(place, whyNoRoute(view, found, destination))];
  return onward(world, found, place, (entry, way) => {
    const oif = isLocal ? undefined : way.device.name;
    const fault = family === "inet" ? sourceFault(view, device, { source, destination, oif }) : undefined;
    if (fault && !fault.isOpen) return [ended(place, fault)];
    const trail = withDoubt(place.trail, fault);
    if (isLocal) return [takeIn(world, { ...place, trail }, device, decisionOf(found, entry, undefined))];
    if (packet.ttl <= 1) return [ended(place, goesRound(host, packet, makersOf(found)))];
    return leave(world, { ...place, trail, packet: { ...packet, ttl: packet.ttl - 1 } }, { entry, way, found });
  });
}

/** For the host itself, if its firewall lets it in. */
function takeIn(world: World, place: Place, device: Device, route: Decision): Outcome {
  const { host, decided = [], came } = place;
  const filtered = filter(world.view(host), place.packet, { hook: "input", iif: device });
  const hop = hopOf(device, undefined, host.name, [route, ...decided, ...filtered.decided]);
  const there = { ...place, trail: withHops(place.trail, hop) };
  if (filtered.drop) return ended(there, filtered.drop);
  return delivered({ ...there, packet: remember(host, came ?? filtered.packet, filtered.packet) }, device);
}

/** At its destination. */
function delivered({ trail, host, packet }: Place, by: Device): Outcome {
  const silent = packet.protocol === "icmp" && !packet.isReply ? ignoresEchoes(host, packet.family) : undefined;
  const end = { packet, at: host, by };
  return silent && !silent.isOpen ? { ...trail, ...end, drop: silent } : { ...withDoubt(trail, silent), ...end };
}

function ignoresEchoes(host: Host, family: Packet["family"]): Drop | undefined {
  const key = family === "inet" ? "net.ipv4.icmp_echo_ignore_all" : "net.ipv6.icmp.echo_ignore_all";
  const { value, by } = settingOf(host, key);
  // Of a host of somebody else's it is said already that not all is known.
  if (value === 0 || (value === undefined && by.length === 0)) return undefined;
  const why = `${nameOf(host)} does not answer echo requests: ${key} is ${value ?? "not known"}.`;
  return { code: "echo-ignored", host, why, by, ...(value === undefined && { isOpen: true }) };
}

/** Why what comes in by a device is not passed on. */
export function notForwarding(
  device: Device,
  { family, source = "", destination }: Pick<Packet, "family" | "source" | "destination">,
): Drop | undefined {
  const { host } = device;
  if (family === "inet6" && isLinkLocal(source)) {
    const why = `${nameOf(host)} forwards nothing from ${source}, which is link-local.`;
    return { code: "source-link-local", host, device, why, by: [] };
  }
  const { value, by, key } = forwards(device, family);
  if (value !== undefined && value !== 0) return undefined;
  const why = `${nameOf(host)} gets a packet for ${destination}, and does not forward: ${key} is ${value ?? "not known"}.`;
  const todo = `Set ${key} to 1 on ${nameOf(host)}.`;
  return {
    code: "no-forwarding",
    host,
    device,
    why,
    by: [...by, host.by],
    todo,
    ...(value === undefined && { isOpen: true }),
  };
}

/** The bytes that go out by a device at once: a packet that may be cut up is, where it is too big. */
function fitting({ host, from, packet }: Place, entry: Entry, device: Device): number | Drop {
  const known = mtuOf(device);
  const limits = [isKnown(known) ? known : Number.POSITIVE_INFINITY, entry.mtu ?? Number.POSITIVE_INFINITY];
  const most = Math.min(...limits);
  if (packet.size <= most) return packet.size;
  // In IPv6 only who sends a packet cuts it up.
  if (!packet.df && (packet.family === "inet" || !from)) return most;
  const byRoute = entry.mtu === most;
  const what = byRoute ? `the route to ${packet.destination}` : deviceLabel(device);
  const why = `A packet of ${packet.size} bytes is too big for ${what}, which has an mtu of ${most}.`;
  return {
    code: "mtu",
    host,
    device,
    why,
    by: [byRoute ? entry.by : device.by, ...device.settings.map(({ by }) => by)],
  };
}

function tooBig(device: Device, size: number, limit: number): Drop {
  const why = `A packet of ${size} bytes comes to ${deviceLabel(device)}, which accepts no more than ${limit} bytes.`;
  return {
    code: "frame-too-big",
    host: device.host,
    device,
    why,
    by: [device.by, ...device.settings.map(({ by }) => by)],
  };
}

function noSource(host: Host, device: Device, destination: string): Drop {
  const why = `${nameOf(host)} has no address to send from to ${destination}, neither on ${device.name} nor elsewhere.`;
  return { code: "no-address", host, device, why, by: [device.by] };
}

function tooMany({ host, packet }: Place): Drop {
  const why = `A packet for ${packet.destination} has more than ${MOST_WAYS} ways to go, of which not all were followed.`;
  return { code: "not-modelled", host, why, by: [], isOpen: true };
}

function goesRound(host: Host, { destination }: Packet, by: Drop["by"]): Drop {
  return { code: "routing-loop", host, why: `The routes send a packet for ${destination} in a circle.`, by };
}

function ended({ trail, host, from, packet }: Place, drop: Drop): Outcome {
  const by = drop.device ?? from ?? { name: "lo", host };
  return { ...trail, packet, drop, at: host, by: by as Device };
}

/** What of a host may be otherwise than is known. */
function openAt(host: Host): Drop[] {
  const reasons = [
    !host.by && `No resource makes ${nameOf(host)}: there may be more in it.`,
    host.unplaced.length > 0 && `Not all is known of ${nameOf(host)} yet.`,
    openRoutes(host).length > 0 && `Not all routes of ${nameOf(host)} are known yet.`,
  ].filter((why) => why !== false);
  return reasons.map((why) => ({ code: "unknown", host, why, by: [host.by], isOpen: true }));
}

/** Of the same routes it is asked again and again. */
const texts = new WeakMap<Prefix, string>();

function textOf(prefix: Prefix): string {
  const text = texts.get(prefix) ?? prefixText(prefix);
  texts.set(prefix, text);
  return text;
}

function decisionOf({ rule }: Found, entry: Entry, way: Way | undefined): Decision {
  const { prefix, type, by, table } = entry;
  const text =
    entry.type === "local"
      ? "for this host itself"
      : [way?.gateway ? `via ${way.gateway}` : "on link", `dev ${way?.device.name}`].join(" ");
  const destination = type === "unicast" ? `${textOf(prefix)} ` : "";
  return {
    by: "route",
    text: `${destination}${text}${table === 254 || table === 255 ? "" : ` (table ${table})`}`,
    resources: [rule?.by, by].filter((one) => one !== undefined),
  };
}

export function nameOf(host: Host): string {
  return host.name || "the provider's own namespace";
}
