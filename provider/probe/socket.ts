import { constants } from "node:os";
import { AF } from "../netlink/ip";
import { checked, failure, type SystemError, system } from "../netlink/system";
import { addressIn, SOCKADDR_LENGTH } from "./sockaddr";

export const SOCK = { stream: 1, dgram: 2, raw: 3 } as const;
const SOCK_NONBLOCK_CLOEXEC = 0o4000 | 0o2000000;
const MSG = { dontwait: 0x40, errqueue: 0x2000 };
export const SOL = { socket: 1, ip: 0, tcp: 6, ipv6: 41, icmpv6: 58, raw: 255 } as const;
const SO = { error: 4, timestampns: 35, rcvbufforce: 33 };
/** By family: whether packets may be fragmented, and whether ICMP errors are kept for us. linux/in.h, linux/in6.h */
const OPTIONS = {
  [AF.inet]: { level: SOL.ip, mtuDiscover: 10, recvErr: 11 },
  [AF.inet6]: { level: SOL.ipv6, mtuDiscover: 23, recvErr: 25 },
};
const IPV6_DONTFRAG = 62;
/** Set "do not fragment" and try it: what somebody was told about the path before does not count. */
const PMTUDISC_PROBE = 3;
const PMTUDISC_DONT = 0;
const CLOCK_REALTIME = 0;
/** Room for the answers of a few thousand targets, each of which the kernel counts with its bookkeeping. */
const ROOM = 8 * 1024 * 1024;
/** No packet is larger. */
const LARGEST = 65_536;

export type Family = typeof AF.inet | typeof AF.inet6;

/** What has come; the bytes are good until the next one is read. */
export interface Received {
  from: string | undefined;
  bytes: Buffer;
  /** When the kernel got it, as `now` tells the time. */
  atMs: number | undefined;
}

/** struct sock_extended_err of linux/errqueue.h: why what was sent did not arrive, and who says so. */
export interface Told extends Received {
  errno: number;
  isIcmp: boolean;
  type: number;
  code: number;
  /** Of a packet that is too big: what would fit. */
  info: number;
}

/** A socket for probes. It belongs for good to the namespace that the thread is in when it is opened. */
export class ProbeSocket {
  private constructor(
    readonly fd: number,
    readonly family: Family,
  ) {}

  static open(family: Family, type: number, protocol: number): ProbeSocket {
    const fd = checked(system().socket(family, type | SOCK_NONBLOCK_CLOEXEC, protocol), "socket");
    const socket = new ProbeSocket(fd, family);
    try {
      const { level, recvErr } = OPTIONS[family];
      socket.set(level, recvErr, 1);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Has the kernel keep many answers, and tell of each when it came. */
  makeRoom(): void {
    this.set(SOL.socket, SO.timestampns, 1);
    // What goes beyond the host's limit needs rights over the whole host; less room is enough for few targets.
    const bytes = Buffer.from(Int32Array.of(ROOM).buffer);
    system().setsockopt(this.fd, SOL.socket, SO.rcvbufforce, bytes, bytes.length);
  }

  setDontFragment(dontFragment: boolean): void {
    const { level, mtuDiscover } = OPTIONS[this.family];
    this.set(level, mtuDiscover, dontFragment ? PMTUDISC_PROBE : PMTUDISC_DONT);
    if (this.family === AF.inet6) this.set(level, IPV6_DONTFRAG, dontFragment ? 1 : 0);
  }

  set(level: number, name: number, value: number | Buffer): void {
    const bytes = typeof value === "number" ? Buffer.from(Int32Array.of(value).buffer) : value;
    checked(system().setsockopt(this.fd, level, name, bytes, bytes.length), `setsockopt ${level} ${name}`);
  }

  get(level: number, name: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    const size = Buffer.from(Uint32Array.of(length).buffer);
    checked(system().getsockopt(this.fd, level, name, bytes, size), `getsockopt ${level} ${name}`);
    return bytes.subarray(0, size.readUInt32LE());
  }

  /** The error of what was done before; it is told once. */
  pendingError(): number {
    return this.get(SOL.socket, SO.error, 4).readInt32LE();
  }

  /** Why it could not be begun, if so. */
  connect(to: Buffer): SystemError | undefined {
    if (system().connect(this.fd, to, to.length) === 0) return undefined;
    const error = failure("connect");
    return error.errno === constants.errno.EINPROGRESS ? undefined : error;
  }

  /** Why it was not sent, if so; that may be an error that has come for something sent before. */
  send(bytes: Buffer, to?: Buffer): SystemError | undefined {
    const { send, sendto } = system();
    const sent = to ? sendto(this.fd, bytes, bytes.length, 0, to, to.length) : send(this.fd, bytes, bytes.length, 0);
    return sent < 0 ? failure("send") : undefined;
  }

  /** What has come next; undefined where nothing is left. */
  receive(): Received | undefined {
    return inbox().read(this.fd, MSG.dontwait);
  }

  /** The next of what the kernel has been told about what was sent. */
  error(): Told | undefined {
    const { level, recvErr } = OPTIONS[this.family];
    const got = inbox().read(this.fd, MSG.dontwait | MSG.errqueue);
    const about = got && inbox().control(level, recvErr);
    return about && { ...got, ...extendedError(about) };
  }

  close(): void {
    system().close(this.fd);
  }
}

/** The time in ms by the clock that the kernel tells by when something came. */
export function now(): number {
  const time = Buffer.alloc(16);
  checked(system().clock_gettime(CLOCK_REALTIME, time), "clock_gettime");
  return msIn(time);
}

function msIn(timespec: Buffer): number {
  return Number(timespec.readBigInt64LE()) * 1000 + Number(timespec.readBigInt64LE(8)) / 1e6;
}

function extendedError(bytes: Buffer): Omit<Told, "bytes" | "atMs"> {
  const [origin, type, code] = [bytes.readUInt8(4), bytes.readUInt8(5), bytes.readUInt8(6)];
  const [errno, info] = [bytes.readUInt32LE(), bytes.readUInt32LE(8)];
  return { errno, isIcmp: origin > 1, type, code, info, from: addressIn(bytes.subarray(16)) };
}

let kept: Inbox | undefined;

function inbox(): Inbox {
  kept ??= new Inbox();
  return kept;
}

/** struct msghdr and what it points to; one for all, since what is received is read at once. */
class Inbox {
  private readonly name = Buffer.alloc(SOCKADDR_LENGTH);
  private readonly bytes = Buffer.alloc(LARGEST);
  private readonly vector = Buffer.alloc(16);
  private readonly controls = Buffer.alloc(512);
  private readonly header = Buffer.alloc(56);

  constructor() {
    const { addressOf } = system();
    this.vector.writeBigUInt64LE(addressOf(this.bytes));
    this.vector.writeBigUInt64LE(BigInt(LARGEST), 8);
    this.header.writeBigUInt64LE(addressOf(this.name));
    this.header.writeBigUInt64LE(addressOf(this.vector), 16);
    this.header.writeBigUInt64LE(1n, 24);
    this.header.writeBigUInt64LE(addressOf(this.controls), 32);
  }

  read(fd: number, flags: number): Received | undefined {
    // A socket tells of an error once in the place of what has come; the queue has more about it.
    for (let tries = 0; tries < 100; tries += 1) {
      this.header.writeUInt32LE(SOCKADDR_LENGTH, 8);
      this.header.writeBigUInt64LE(BigInt(this.controls.length), 40);
      const length = system().recvmsg(fd, this.header, flags);
      if (length >= 0) {
        const time = this.control(SOL.socket, SO.timestampns);
        const from = addressIn(this.name.subarray(0, this.header.readUInt32LE(8)));
        return { from, bytes: this.bytes.subarray(0, length), atMs: time && msIn(time) };
      }
      if (failure("recvmsg").errno === constants.errno.EAGAIN) return undefined;
    }
    return undefined;
  }

  /** What came beside it. */
  control(level: number, type: number): Buffer | undefined {
    const end = Number(this.header.readBigUInt64LE(40));
    for (let at = 0; at + 16 <= end; ) {
      const length = Number(this.controls.readBigUInt64LE(at));
      if (length < 16 || at + length > end) return undefined;
      if (this.controls.readInt32LE(at + 8) === level && this.controls.readInt32LE(at + 12) === type)
        return this.controls.subarray(at + 16, at + length);
      at += (length + 7) & ~7;
    }
    return undefined;
  }
}
