import { setTimeout as wait } from "node:timers/promises";
import { addressToUse, type Usable } from "../core/addressToUse";
import { canonicalIp, networkOf } from "../core/ip";
import { type Outcome, outcomeText } from "../probe/outcome";
import { MAKE_NAMESPACE } from "./advice";
import type { Kernel } from "./kernel";
import { netnsPath } from "./netnsPath";
import { type Packet, type Way, whyCommand } from "./packet";

/** Whether packets come from a namespace to an address, and an answer comes back. */
export interface Wish extends Packet {
  /** An address, or the name of a namespace that has one. */
  to: string;
  reachable: boolean;
  withinMs?: number | undefined;
  timeoutMs?: number | undefined;
}

export interface Proof {
  /** Where it was sent to; undefined where there is no such address. */
  address?: string;
  /** Undefined where it cannot be told, since no packet can leave. */
  reachable?: boolean;
  rttMs?: number;
  /** What was heard, in words. */
  heard: string;
  /** The way of a packet that was answered, as far as that can be told: it takes a while. */
  way?(kernel: Kernel): Promise<Way | undefined>;
  /** Why it does not prove what is wished for. */
  failure?: { tried: string; said: string; todo: string; explain?(): Promise<string | undefined> };
}

/** An address, with what is reached by its device: its network, or that of its peer. */
interface Own extends Usable {
  prefixlen: number;
  network: string;
}

const PATIENCE_MS = 5000;
const SILENCE_MS = 1000;
/** Before it is tried again where a refusal came at once. */
const PAUSE_MS = 100;
/** A try has an end, so that what has been made meanwhile is seen. */
const TRY_MS = 1500;
const TOO_LATE =
  "The answer comes, but too late: look at the qdiscs on its way (`tc -s qdisc`) and at the load of the machine, or " +
  "raise `withinMs`.";
/** Refusals that somebody has asked for: a firewall, and `prohibit`, `blackhole` and `unreachable` routes. */
const FORBIDDEN = ["EPERM", "EACCES", "EINVAL", "EHOSTUNREACH"];

/** Proves by packets that it is so, or that it is not; it waits for a while until it is. */
export async function prove(kernel: Kernel, wish: Wish): Promise<Proof> {
  const proof = await tryUntil(kernel, wish);
  if (!wish.reachable) return proof;
  const { address: to } = proof;
  if (!proof.failure) return { ...proof, ...(to !== undefined && { way: (at: Kernel) => at.follow({ ...wish, to }) }) };
  // Where nothing could be sent to, or an answer came, all has been said.
  if (to === undefined || proof.rttMs !== undefined) return proof;
  return { ...proof, failure: { ...proof.failure, explain: () => kernel.explain({ ...wish, to }) } };
}

async function tryUntil(kernel: Kernel, wish: Wish): Promise<Proof> {
  const { reachable, timeoutMs = reachable ? PATIENCE_MS : SILENCE_MS } = wish;
  const end = performance.now() + timeoutMs;
  const missing = await missingNamespace(kernel, wish);
  if (missing !== undefined) {
    const proof = { ...untold(wish), heard: `there is no namespace ${missing}` };
    return failed(wish, proof, MAKE_NAMESPACE);
  }
  for (;;) {
    const left = Math.max(end - performance.now(), 0);
    const proof = await tryOnce(kernel, wish, reachable ? Math.min(left, TRY_MS) : timeoutMs);
    // That something is not to be reached is not hoped for: whoever answers has been reached.
    if (!proof.failure || (proof.reachable && !reachable) || performance.now() >= end) return proof;
    await wait(Math.min(PAUSE_MS, Math.max(end - performance.now(), 0)), undefined, { signal: kernel.signal }).catch(
      () => {
        throw kernel.interrupted(`${asked(wish)}: waited for that`, proof.heard);
      },
    );
  }
}

async function tryOnce(kernel: Kernel, wish: Wish, timeoutMs: number): Promise<Proof> {
  const { namespace, to, reachable, withinMs } = wish;
  const ip = canonicalIp(to);
  const { address, isOwn } = ip === undefined ? await addressOf(kernel, namespace, to) : { address: ip, isOwn: false };
  if (address === undefined) {
    const todo = `Give ${to} an address that others can reach, or name the address instead of the namespace.`;
    return failed(wish, { ...untold(wish), heard: `${to} has no address` }, todo);
  }
  if (isOwn) {
    const from = namespace ?? "the provider's namespace";
    const heard = `nothing was sent, for ${from} has ${address} itself and cannot reach ${to} by that address`;
    return failed(wish, { ...untold(wish), address, heard }, "Give each namespace an address of its own.");
  }
  const { outcome, hasSent } = await send(kernel, wish, address, timeoutMs);
  const rtt = outcome.heard === "answer" ? { rttMs: outcome.rttMs } : {};
  const isLate = outcome.heard === "answer" && withinMs !== undefined && outcome.rttMs > withinMs;
  const proof = { address, reachable: outcome.heard === "answer" && !isLate, heard: heardOf(outcome), ...rtt };
  if (isLate) return failed(wish, { ...proof, heard: outcomeText(outcome) }, TOO_LATE);
  if (proof.reachable !== reachable) return failed(wish, proof, whatToDo(wish, address));
  if (reachable || hasLeft(outcome, hasSent)) return proof;
  const todo =
    "To prove that it is cut off, packets must be able to leave it: check its devices, addresses and routes.";
  return failed(wish, { ...untold(wish), address, heard: `${proof.heard}, but no packet left` }, todo);
}

async function send(kernel: Kernel, wish: Wish, address: string, timeoutMs: number) {
  const { namespace, protocol, port, size, dontFragment } = wish;
  const one = { protocol, to: address, port, size, dontFragment };
  const first = await kernel.probe(namespace, one, timeoutMs);
  if (first.outcome.heard !== "answer" || protocol !== "icmp") return first;
  // The first to a neighbour waits until that has been found: the second shows how long the way takes.
  const second = await kernel.probe(namespace, one, timeoutMs);
  const isQuicker = second.outcome.heard === "answer" && second.outcome.rttMs < first.outcome.rttMs;
  return isQuicker ? second : first;
}

async function missingNamespace(kernel: Kernel, { namespace, to }: Wish): Promise<string | undefined> {
  const names = [namespace, canonicalIp(to) === undefined ? to : undefined].filter((name) => name !== undefined);
  const files = await Promise.all(names.map((name) => kernel.stat(netnsPath(name))));
  return names.find((_, index) => !files[index]?.isNamespace);
}

/** Who cannot send reaches nobody, but that proves nothing. */
function untold({ reachable }: Wish): { reachable?: false } {
  return reachable ? { reachable: false } : {};
}

/** Whether that nothing came back says something of the way. */
function hasLeft(outcome: Outcome, hasSent: boolean): boolean {
  if (outcome.heard === "unsent") return FORBIDDEN.includes(outcome.code);
  return outcome.heard !== "nothing" || hasSent;
}

function failed(wish: Wish, proof: Proof, todo: string): Proof {
  return { ...proof, failure: { tried: `${asked(wish)}, and that is not so`, said: `heard: ${proof.heard}`, todo } };
}

/** What to do where the packet does not get there, or does and must not. */
function whatToDo(wish: Wish, address: string): string {
  if (!wish.reachable) return "Find the route, firewall rule or bridge that lets it through.";
  // The namespace of the provider has no name to ask by.
  if (wish.namespace === undefined) return `\`ip route get ${address}\` shows the way that it takes first.`;
  return `\`${whyCommand({ ...wish, to: address })}\` finds where it ends.`;
}

/** What was tried, in words. */
function asked({ namespace, to, protocol, port, reachable, withinMs, size, dontFragment }: Wish): string {
  const what = protocol === "icmp" ? "" : ` by ${protocol} on port ${port}`;
  const how = [
    ...(size === undefined ? [] : [`${size} bytes`]),
    ...(dontFragment ? ["not to be fragmented"] : []),
    ...(withinMs === undefined ? [] : [`within ${withinMs} ms`]),
  ];
  const details = how.length === 0 ? "" : ` (${how.join(", ")})`;
  return `${namespace ?? "the provider's namespace"} ${reachable ? "is to reach" : "must not reach"} ${to}${what}${details}`;
}

/** Without the time, which is another one each time. */
function heardOf(outcome: Outcome): string {
  return outcome.heard === "answer"
    ? `an answer${outcome.from === undefined ? "" : ` from ${outcome.from}`}`
    : outcomeText(outcome);
}

/** The address of a namespace that another one would take, and whether that has it as well. Those of one link or host do not count. */
async function addressOf(kernel: Kernel, from: string | undefined, to: string) {
  const [own, its] = await Promise.all([globalAddresses(kernel, from), globalAddresses(kernel, to)]);
  const address = addressToUse(own, its, (one, other) => contains(one, other) && contains(other, one));
  return { address, isOwn: from !== to && own.some((one) => one.address === address) };
}

async function globalAddresses(kernel: Kernel, netns: string | undefined): Promise<Own[]> {
  const devices = (await kernel.devices(netns)) ?? [];
  return devices.flatMap(({ ifname, addr_info }) =>
    addr_info
      .filter(({ scope }) => scope === "global")
      .map(({ family, local, address = local, prefixlen }) => ({
        ...{ family, address: local, on: ifname, prefixlen, network: networkOf(address, prefixlen) },
      })),
  );
}

function contains({ family, prefixlen, network }: Own, other: Own): boolean {
  return family === other.family && networkOf(other.address, prefixlen) === network;
}
