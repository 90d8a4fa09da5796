import { randomInt } from "node:crypto";
import { AF } from "../netlink/ip";
import type { SystemError } from "../netlink/system";
import { answer, icmpError, isTooBig, type Outcome, unsent } from "./outcome";
import { POLL, type Sender } from "./sender";
import { type Family, now, ProbeSocket, SOCK, SOL, type Told } from "./socket";

/** linux/icmp.h and linux/icmpv6.h; `filter`: an option whose set bits are the types that do not come to us. */
const ICMP = {
  [AF.inet]: { version: 4, protocol: 1, request: 8, reply: 0, level: SOL.raw, filterBytes: 4 },
  [AF.inet6]: { version: 6, protocol: 58, request: 128, reply: 129, level: SOL.icmpv6, filterBytes: 32 },
} as const;
const FILTER = 1;
/** Type, code, checksum, identifier, sequence number: 8 bytes. */
const HEADER = 8;
const MOST_ERRORS = 1000;

export interface EchoOptions {
  family: Family;
  /** Payload bytes, as `ping -s` has it. */
  size: number;
  dontFragment: boolean;
}

/** ICMP echoes to many targets by one raw socket. */
export class Echoes implements Sender {
  readonly events = POLL.in;
  readonly outcomes: (Outcome | undefined)[];
  private readonly id = randomInt(0x10000);
  private readonly message: Buffer;
  /** By sequence number: to which target it went, and when. */
  private readonly sent = new Map<number, { target: number; atMs: number }>();
  private sequence = 0;
  /** Those that were too big once, and were sent again at once. */
  private readonly cutUp = new Set<number>();

  private constructor(
    private readonly socket: ProbeSocket,
    private readonly targets: readonly Buffer[],
    private readonly dontFragment: boolean,
    size: number,
  ) {
    this.outcomes = targets.map(() => undefined);
    this.message = Buffer.alloc(HEADER + size);
    // As in a ping: what comes back different somebody has changed on its way.
    for (let at = HEADER; at < this.message.length; at += 1) this.message[at] = at & 0xff;
    this.message.writeUInt8(this.facts.request);
    this.message.writeUInt16BE(this.id, 4);
  }

  static open(targets: readonly Buffer[], { family, size, dontFragment }: EchoOptions): Echoes {
    const { protocol, reply, level, filterBytes } = ICMP[family];
    const socket = ProbeSocket.open(family, SOCK.raw, protocol);
    try {
      const filter = Buffer.alloc(filterBytes, 0xff);
      const at = (reply >> 5) << 2;
      filter.writeUInt32LE(~(1 << (reply & 31)) >>> 0, at);
      socket.set(level, FILTER, filter);
      socket.setDontFragment(dontFragment);
      socket.makeRoom();
      return new Echoes(socket, targets, dontFragment, size);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  get fd(): number {
    return this.socket.fd;
  }

  send(target: number): void {
    const to = this.targets[target];
    this.outcomes[target] = undefined;
    const sequence = this.sequence & 0xffff;
    this.sequence += 1;
    this.message.writeUInt16BE(sequence, 6);
    if (this.facts.version === 4) {
      this.message.writeUInt16BE(0, 2);
      this.message.writeUInt16BE(checksum(this.message), 2);
    }
    this.sent.set(sequence, { target, atMs: now() });
    // An error that came for another target is told in the place of this one's, once.
    let error: SystemError | undefined;
    let mtu: number | undefined;
    for (let tries = 0; tries < 3; tries += 1) {
      error = this.socket.send(this.message, to);
      if (!error) return;
      mtu = this.hearErrors()?.info;
    }
    if (error) this.outcomes[target] ??= unsent(error, error.code === "EMSGSIZE" ? mtu : undefined);
  }

  hear(): void {
    this.hearErrors();
    for (;;) {
      const received = this.socket.receive();
      if (!received) return;
      const { bytes, from, atMs = now() } = received;
      // Of IPv4 a raw socket shows the header, too.
      const at = this.facts.version === 4 ? ((bytes[0] ?? 0) & 15) * 4 : 0;
      const echo = this.echoOf(bytes.subarray(at));
      if (echo) this.outcomes[echo.target] ??= answer(from, echo.atMs, atMs);
    }
  }

  close(): void {
    this.socket.close();
  }

  private get facts() {
    return ICMP[this.socket.family];
  }

  /** Answers the last one that is from this very namespace's kernel. */
  private hearErrors(): Told | undefined {
    let own: Told | undefined;
    for (let count = 0; count < MOST_ERRORS; count += 1) {
      const told = this.socket.error();
      if (!told) break;
      if (!told.isIcmp) own = told;
      const echo = told.isIcmp ? this.echoOf(told.bytes) : undefined;
      if (echo) this.take(told, echo.target);
    }
    return own;
  }

  private take(told: Told, target: number): void {
    const { version } = this.facts;
    // IPv6 tells the sender to cut it up from now on.
    if (isTooBig(told, version) && !this.dontFragment) {
      if (this.cutUp.has(target)) return;
      this.cutUp.add(target);
      this.send(target);
    } else this.outcomes[target] ??= icmpError(told, version);
  }

  /** Which one a message is about: an answer to it, or the one itself. */
  private echoOf(message: Buffer) {
    if (message.length < HEADER || message.readUInt16BE(4) !== this.id) return undefined;
    return this.sent.get(message.readUInt16BE(6));
  }
}

/** RFC 1071 */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  if (bytes.length % 2 === 1) sum += (bytes.at(-1) ?? 0) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
