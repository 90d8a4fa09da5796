import { setTimeout as wait } from "node:timers/promises";
import { netnsPath } from "../kernel/netnsPath";
import type { Netlink } from "../netlink/netlink";
import type { Outcome } from "../probe/outcome";
import { type Probe, probe } from "../probe/probe";
import { growth, readCounters } from "./counters";
import type { Frame } from "./frame";
import { type Sighting, Tap } from "./tap";

/** Where a frame was seen, by names. */
export type Seen = Omit<Sighting, "index"> & { host: string; device: string };

/** What became of a packet that was really sent. */
export interface Trace {
  outcome: Outcome;
  /** All that was seen of it, of what was asked for it, and of its answer, in the order of time. */
  seen: readonly Seen[];
  /** What the kernel counted meanwhile in each host. */
  counted: ReadonlyMap<string, [name: string, by: number][]>;
}

export interface TraceOptions {
  netlink: Netlink;
  /** The names of the hosts that are watched, each with the names of its devices by their numbers. */
  hosts: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** The addresses that tell its frames. */
  ends: readonly string[];
  timeoutMs: number;
  signal?: AbortSignal;
}

/** That frames get a time is switched on a moment after it was asked for. */
const CLOCK_MS = 10;
/** What was sent may still be on its way through processes, such as a switch in user space. */
const SETTLE_MS = 20;

/** Sends a packet, and watches on all devices of the lab where it comes by. */
export async function trace(packet: Probe, { netlink, hosts, ends, timeoutMs, signal }: TraceOptions): Promise<Trace> {
  const taps = new Map<string, Tap>();
  try {
    for (const host of hosts.keys()) taps.set(host, Tap.open(netlink, fileOf(host)));
    await wait(CLOCK_MS);
    const before = countersOf(netlink, hosts.keys());
    const [outcome] = await probe(netlink, [packet], { timeoutMs, ...(signal && { signal }) });
    await wait(SETTLE_MS);
    const after = countersOf(netlink, hosts.keys());
    const seen = [...taps].flatMap(([host, tap]) =>
      tap.frames().flatMap(({ index, ...frame }): Seen[] => {
        const device = hosts.get(host)?.get(index);
        return device !== undefined && isAbout(frame, ends) ? [{ ...frame, host, device }] : [];
      }),
    );
    seen.sort((one, other) => Number(one.at - other.at));
    const counted = [...after].map(([host, now]) => [host, growth(before.get(host) ?? new Map(), now)] as const);
    return { outcome: outcome ?? { heard: "nothing" }, seen, counted: new Map(counted) };
  } finally {
    for (const tap of taps.values()) tap.close();
  }
}

export function fileOf(host: string): string | undefined {
  return host === "" ? undefined : netnsPath(host);
}

function countersOf(netlink: Netlink, hosts: Iterable<string>) {
  return new Map([...hosts].map((host) => [host, readCounters(netlink, fileOf(host))]));
}

/** A translation of addresses leaves one of the two. A question for a neighbour is asked for the packet's sake if it holds one up. */
export function isAbout({ packet, asks, answers, macs }: Frame, ends: readonly string[]): boolean {
  if (asks) return holdsUpAPacket(asks, macs.to);
  if (answers) return true;
  if (!packet) return false;
  const { from, to, inner } = packet;
  return [from, to, inner?.from, inner?.to].some((address) => address !== undefined && ends.includes(address));
}

/**
 * Three kinds of questions hold up nothing, and are asked whenever the kernel likes. Duplicate address detection (RFC 4862)
 * asks from ::, and hopes that nobody answers. An announcement (RFC 5227) asks for the sender's own address. Whether a known
 * neighbour is still there (RFC 4861, 7.3) is asked at its own MAC address, while packets go on.
 */
function holdsUpAPacket({ about, from }: { about: string; from: string }, to: string): boolean {
  const isGroup = (Number.parseInt(to.slice(0, 2), 16) & 1) === 1;
  return from !== "::" && about !== from && isGroup;
}
