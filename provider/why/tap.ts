import type { Netlink } from "../netlink/netlink";
import { checked, failure, system } from "../netlink/system";
import { type Frame, readFrame } from "./frame";

/** A frame that a device has sent or got. */
export interface Sighting extends Frame {
  /** When the kernel had it there, in ns. */
  at: bigint;
  /** The number of the device in its namespace. */
  index: number;
  isOut: boolean;
  /** It is for another MAC than that of the device, or of a bridge that it is a port of. */
  isForOthers: boolean;
}

const AF_PACKET = 17;
/** linux/if_ether.h, in the order of bytes of the network. */
const ETH_P_ALL = 0x0300;
const SOCK_RAW_CLOEXEC_NONBLOCK = 3 | 0o2000000 | 0o4000;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const ROOM = 8 * 1024 * 1024;
const SIOCGSTAMPNS = 0x8907;
const TIMESPEC_BYTES = 16;
/** struct sockaddr_ll of linux/if_packet.h */
const SOCKADDR_BYTES = 20;
const PACKET = { otherHost: 3, outgoing: 4 };
/** linux/if_arp.h: a device such as a tun has no head of Ethernet. */
const ARPHRD_NONE = 65534;
/** As much of a frame as is read. */
const HEAD_BYTES = 256;
/** No more are read: whoever floods a lab must not hold us up. */
const MOST_FRAMES = 20_000;

/** Sees all frames of all devices of a namespace, from when it is opened on. */
export class Tap {
  private constructor(private readonly fd: number) {}

  static open(netlink: Netlink, file: string | undefined): Tap {
    const calls = system();
    const tap = netlink.enter(
      file,
      () => new Tap(checked(calls.socket(AF_PACKET, SOCK_RAW_CLOEXEC_NONBLOCK, ETH_P_ALL), "socket")),
    );
    const room = Buffer.from(Int32Array.of(ROOM).buffer);
    calls.setsockopt(tap.fd, SOL_SOCKET, SO_RCVBUFFORCE, room, room.length);
    // To ask for the time of the last one, of which there is none yet, has the kernel note it from now on.
    calls.ioctl(tap.fd, SIOCGSTAMPNS, Buffer.alloc(TIMESPEC_BYTES));
    return tap;
  }

  /** What has come since it was asked last. */
  frames(): Sighting[] {
    const { recvfrom, ioctl } = system();
    const [bytes, from, time] = [Buffer.alloc(HEAD_BYTES), Buffer.alloc(SOCKADDR_BYTES), Buffer.alloc(TIMESPEC_BYTES)];
    const length = Buffer.from(Uint32Array.of(SOCKADDR_BYTES).buffer);
    const seen: Sighting[] = [];
    for (let count = 0; count < MOST_FRAMES; count += 1) {
      const size = recvfrom(this.fd, bytes, bytes.length, 0, from, length);
      if (size < 0) break;
      checked(ioctl(this.fd, SIOCGSTAMPNS, time), "ioctl SIOCGSTAMPNS");
      const hasHead = from.readUInt16LE(8) !== ARPHRD_NONE;
      const frame = readFrame(bytes.subarray(0, size), hasHead ? undefined : from.readUInt16BE(2));
      const kind = from.readUInt8(10);
      if (!frame) continue;
      seen.push({
        ...frame,
        at: time.readBigInt64LE(0) * 1_000_000_000n + time.readBigInt64LE(8),
        index: from.readInt32LE(4),
        isOut: kind === PACKET.outgoing,
        isForOthers: kind === PACKET.otherHost,
      });
    }
    return seen;
  }

  close(): void {
    if (system().close(this.fd) < 0) throw failure("close");
  }
}
