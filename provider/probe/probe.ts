import { grouped } from "../core/values";
import { familyOf } from "../netlink/ip";
import { type Netlink, Slice } from "../netlink/netlink";
import { system } from "../netlink/system";
import { Echoes } from "./icmp";
import { LearntNeighbors } from "./neighbors";
import { type Outcome, unsent } from "./outcome";
import { sendBy } from "./sendBy";
import type { Sender } from "./sender";
import { sockaddr } from "./sockaddr";
import type { Family } from "./socket";
import { Connection } from "./tcp";
import { Datagram } from "./udp";

/** A packet that is to be sent. */
export interface Probe {
  /** The file of the namespace that it goes from; undefined is that of this process. */
  netns?: string | undefined;
  protocol: "icmp" | "tcp" | "udp";
  /** An address; of a link-local one with its device, `fe80::1%veth0`. */
  to: string;
  /** The device that it goes out by, whatever the routes say, as `ping -I` has it. */
  device?: string | undefined;
  /** Of tcp and udp. */
  port?: number | undefined;
  /** Payload bytes of icmp and udp: 56 of icmp as `ping -s` has it, none of udp, unless told. */
  size?: number | undefined;
  /** Whether no router may cut it up; in IPv6 none does, but the sender. */
  dontFragment?: boolean | undefined;
}

interface ProbeOptions {
  /** How long an answer is waited for. */
  timeoutMs: number;
  /** Ends it with its reason. */
  signal?: AbortSignal | undefined;
}

const ECHO_SIZE = 56;
/** After so long without an answer a packet is sent again, as ping(8) does. */
const AGAIN_MS = 1000;
/** The signal is heard at least so often. */
const LONGEST_POLL_MS = 50;
/** Each of these is an open file, of which a process may have few. */
const MOST_SENDERS = 500;
/** So many are under way at once, to neighbours of whom there is room for a thousand; few, where that is too many. */
const MOST_FLYING = 400;
const FEW_FLYING = 48;
const LATE_MS = 50;
const MOST_TRIES = 4;
/** No such namespace, no such device, no IPv6: then nothing can be sent from there. */
const UNABLE = ["ENOENT", "ENODEV", "EAFNOSUPPORT"];
/** What is said of one for which there was no room, of IPv6 the second: there may be in a moment. */
const NO_ROOM = ["ENOBUFS", "EINVAL"];

/** Probes that share a socket. */
interface Group {
  netns: string | undefined;
  /** Which of all they are. */
  indexes: number[];
  sender: Sender;
}

/**
 * Sends all of these, and tells what became of each. It needs no tool, but CAP_NET_RAW in each namespace. Those that are
 * near each other in the list are sent at once: of very many, those between the same hosts had better be.
 */
export async function probe(
  netlink: Netlink,
  probes: readonly Probe[],
  { timeoutMs, signal }: ProbeOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = probes.map(() => ({ heard: "nothing" }));
  const sharing = [...grouped([...probes.entries()], ([index, one]) => shareOf(one, index)).values()];
  for (let start = 0; start < sharing.length; start += MOST_SENDERS) {
    const groups: Group[] = [];
    try {
      for (const members of sharing.slice(start, start + MOST_SENDERS)) {
        const indexes = members.map(([index]) => index);
        const ones = members.map(([, one]) => one);
        const sender = open(netlink, ones);
        if ("heard" in sender) for (const index of indexes) outcomes[index] = sender;
        else groups.push({ netns: ones[0]?.netns, indexes, sender });
      }
      await new Run(netlink, groups, timeoutMs, signal).toTheEnd();
      for (const { sender, indexes } of groups)
        for (const [at, index] of indexes.entries()) outcomes[index] = sender.outcomes[at] ?? { heard: "nothing" };
    } finally {
      for (const { sender } of groups) sender.close();
    }
  }
  return outcomes;
}

function shareOf({ netns = "", protocol, to, size, device, dontFragment = false }: Probe, index: number): string {
  // A device that is not there is no fault of the others.
  if (protocol !== "icmp" || to.includes("%") || device !== undefined) return String(index);
  return [netns, familyOf(to), size, dontFragment].join("\0");
}

function open(netlink: Netlink, probes: readonly Probe[]): Sender | Outcome {
  const [{ netns, device, to, protocol }] = probes as [Probe];
  try {
    return netlink.enter(netns, (): Sender => {
      const sender = senderFor(probes);
      const socket = { family: familyOf(to) as Family, isTcp: protocol === "tcp" };
      if (device !== undefined) sendBy(device, sender.fd, socket);
      return sender;
    });
  } catch (error) {
    const unable = error instanceof Error && "code" in error ? String(error.code) : "";
    if (UNABLE.includes(unable)) return unsent({ code: unable });
    throw error;
  }
}

function senderFor(probes: readonly Probe[]): Sender {
  const [{ protocol, to, port, size, dontFragment = false }] = probes as [Probe];
  const family = familyOf(to) as Family;
  const addresses = probes.map((one) => sockaddr(one.to, port));
  const [address] = addresses as [Buffer];
  if (protocol === "tcp") return Connection.open(to, address, family);
  if (protocol === "udp") return Datagram.open(address, { family, size: size ?? 0, dontFragment });
  return Echoes.open(addresses, { family, size: size ?? ECHO_SIZE, dontFragment });
}

/** One that is sent by the socket of its group. */
interface One {
  group: Group;
  /** Its place in the group, and among all. */
  at: number;
  index: number;
  tries: number;
  /** When its last try began, and when it was sent last. */
  begunAt: number;
  sentAt: number;
}

/** Sends all, so many at once, and hears of them. */
class Run {
  private readonly slice = new Slice();
  private readonly all: One[];
  private flying: One[] = [];
  private most = MOST_FLYING;

  constructor(
    private readonly netlink: Netlink,
    groups: readonly Group[],
    private readonly timeoutMs: number,
    private readonly signal: AbortSignal | undefined,
  ) {
    const never = { tries: 0, begunAt: 0, sentAt: 0 };
    this.all = groups
      .flatMap((group) => group.indexes.map((index, at) => ({ group, index, at, ...never })))
      .sort((one, other) => one.index - other.index);
  }

  async toTheEnd(): Promise<void> {
    const waiting = [...this.all];
    const isMany = waiting.length > MOST_FLYING;
    const learnt = isMany && (await LearntNeighbors.since(this.netlink, namespacesOf(this.all)));
    let spoken: One[] = [];
    while (waiting.length + this.flying.length > 0) {
      const next = waiting.splice(0, this.most - this.flying.length);
      for (const one of next) await this.begin(one);
      spoken.push(...next);
      await this.hear();
      waiting.push(...this.overdue());
      if (learnt && spoken.length >= MOST_FLYING) {
        await learnt.forget(namespacesOf(spoken));
        spoken = [];
      }
      if (waiting.length === 0 || this.flying.length >= this.most) await this.somethingToHear();
    }
    // Those that were spoken to have learnt, too, from whom it came.
    if (learnt) await learnt.forget(namespacesOf(this.all));
  }

  private async begin(one: One): Promise<void> {
    await this.pause();
    one.tries += 1;
    one.begunAt = performance.now();
    this.send(one);
    this.flying.push(one);
  }

  private send(one: One): void {
    one.sentAt = performance.now();
    one.group.sender.send(one.at);
  }

  private async hear(): Promise<void> {
    for (const { sender } of new Set(this.flying.map(({ group }) => group))) {
      sender.hear();
      await this.pause();
    }
    this.flying = this.flying.filter(isOpen);
  }

  /**
   * Sends again what has had no answer for a while. What has had its time has ended; but where others have been answered
   * late, so many at once may be too many for the lab, as for one with proxy ARP: then it is tried again, a few at once.
   */
  private overdue(): One[] {
    const now = performance.now();
    const late = this.flying.filter(({ begunAt }) => now - begunAt >= this.timeoutMs);
    this.flying = this.flying.filter((one) => now - one.begunAt < this.timeoutMs);
    for (const one of this.flying) if (now - one.sentAt >= AGAIN_MS) this.send(one);
    if (late.length === 0 || this.all.length <= FEW_FLYING || !this.all.some(isLate)) return [];
    this.most = FEW_FLYING;
    return late.filter(({ tries }) => tries < MOST_TRIES);
  }

  private async somethingToHear(): Promise<void> {
    const ends = this.flying.map(({ begunAt, sentAt }) => Math.min(begunAt + this.timeoutMs, sentAt + AGAIN_MS));
    const restMs = Math.min(...ends) - performance.now();
    if (restMs <= 0 || this.flying.length === 0) return;
    await untilReadable(this.flying, Math.min(Math.ceil(restMs), LONGEST_POLL_MS));
  }

  private async pause(): Promise<void> {
    await this.slice.pause();
    this.signal?.throwIfAborted();
  }
}

function isOpen({ group, at }: One): boolean {
  const outcome = group.sender.outcomes[at];
  return outcome === undefined || (outcome.heard === "unsent" && NO_ROOM.includes(outcome.code));
}

function isLate({ group, at }: One): boolean {
  const outcome = group.sender.outcomes[at];
  return outcome?.heard === "answer" && outcome.rttMs >= LATE_MS;
}

function namespacesOf(ones: readonly One[]): Set<string | undefined> {
  return new Set(ones.map(({ group }) => group.netns));
}

/** struct pollfd of linux/poll.h. */
async function untilReadable(ones: readonly One[], timeoutMs: number): Promise<void> {
  const groups = [...new Set(ones.map(({ group }) => group))];
  const fds = Buffer.alloc(8 * groups.length);
  for (const [index, { sender }] of groups.entries()) {
    fds.writeInt32LE(sender.fd, 8 * index);
    fds.writeInt16LE(sender.events, 8 * index + 4);
  }
  await system().pollAsync(fds, groups.length, timeoutMs);
}
