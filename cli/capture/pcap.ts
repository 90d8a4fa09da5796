/** A frame as it went over a device. */
export interface Frame {
  /** When the kernel saw it, in nanoseconds since 1970. */
  time: bigint;
  /** How long it was; `data` may be cut short. */
  length: number;
  data: Buffer;
}

export interface PcapHeader {
  /** Of https://www.tcpdump.org/linktypes.html; 1 is Ethernet. */
  linkType: number;
  snapLength: number;
}

/** The magic number that says nanoseconds, as it reads in the machine's own order of bytes. */
const NANOSECONDS = 0xa1b23c4d;
const HEADER_BYTES = 24;
const RECORD_BYTES = 16;
/** The upper bits of the link type say how long a checksum is that no device of ours has. */
const LINK_TYPE = 0x0fffffff;

/** Reads the pcap stream that `tcpdump -w -` on a machine of the same kind writes, in pieces of any size. */
export class PcapReader {
  header: PcapHeader | undefined;
  private rest: Buffer = Buffer.alloc(0);
  private isLittle = true;

  /** The frames that are whole with this piece. */
  push(piece: Buffer): Frame[] {
    this.rest = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    const frames: Frame[] = [];
    let at = this.header ? 0 : this.readHeader();
    if (!this.header) return frames;
    while (this.rest.length >= at + RECORD_BYTES) {
      const kept = this.number(at + 8);
      const end = at + RECORD_BYTES + kept;
      if (this.rest.length < end) break;
      frames.push({
        time: BigInt(this.number(at)) * 1_000_000_000n + BigInt(this.number(at + 4)),
        length: this.number(at + 12),
        data: this.rest.subarray(at + RECORD_BYTES, end),
      });
      at = end;
    }
    this.rest = this.rest.subarray(at);
    return frames;
  }

  private readHeader(): number {
    if (this.rest.length < HEADER_BYTES) return 0;
    this.isLittle = this.rest.readUInt32LE(0) === NANOSECONDS;
    if (this.number(0) !== NANOSECONDS) throw new Error("what tcpdump writes is not a pcap stream with nanoseconds");
    this.header = { snapLength: this.number(16), linkType: this.number(20) & LINK_TYPE };
    return HEADER_BYTES;
  }

  private number(at: number): number {
    return this.isLittle ? this.rest.readUInt32LE(at) : this.rest.readUInt32BE(at);
  }
}

/** The beginning of a pcap stream, for who reads one. */
export function pcapHeader({ linkType, snapLength }: PcapHeader): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(NANOSECONDS, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(snapLength, 16);
  header.writeUInt32LE(linkType, 20);
  return header;
}

/** A frame of a pcap stream. */
export function pcapRecord({ time, length, data }: Frame): Buffer {
  const head = Buffer.alloc(RECORD_BYTES);
  head.writeUInt32LE(Number(time / 1_000_000_000n), 0);
  head.writeUInt32LE(Number(time % 1_000_000_000n), 4);
  head.writeUInt32LE(data.length, 8);
  head.writeUInt32LE(length, 12);
  return Buffer.concat([head, data]);
}
