import type { Frame, PcapHeader } from "./pcap";

// The numbers are of the pcapng specification (draft-ietf-opsawg-pcapng), which no npm package that is kept writes.
const BLOCK = { section: 0x0a0d0d0a, interface: 1, statistics: 5, packet: 6 };
const BYTE_ORDER = 0x1a2b3c4d;
const NANOSECONDS = 9;

/** What the kernel counted on a device meanwhile. */
export interface Counts {
  received: number;
  dropped: number;
}

/** What begins a file. */
export function sectionHeader(program: string): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(BYTE_ORDER, 0);
  body.writeUInt16LE(1, 4);
  // The length of the section is not known while it is written.
  body.writeBigInt64LE(-1n, 8);
  return block(BLOCK.section, body, option(4, Buffer.from(program)));
}

/** An interface; those that frames name are counted from 0 in the order that they are written in. */
export function interfaceDescription(name: string, { linkType, snapLength }: PcapHeader, filter: string): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(linkType, 0);
  body.writeUInt32LE(snapLength, 4);
  const options = [option(2, Buffer.from(name)), option(9, Buffer.from([NANOSECONDS]))];
  // The first byte of a filter says that it is one in words.
  if (filter !== "") options.push(option(11, Buffer.from(`\0${filter}`)));
  return block(BLOCK.interface, body, ...options);
}

export function enhancedPacket(index: number, { time, length, data }: Frame): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt32LE(index, 0);
  writeTime(head, 4, time);
  head.writeUInt32LE(data.length, 12);
  head.writeUInt32LE(length, 16);
  return block(BLOCK.packet, Buffer.concat([head, padded(data)]));
}

export function interfaceStatistics(index: number, time: bigint, { received, dropped }: Counts): Buffer {
  const body = Buffer.alloc(12);
  body.writeUInt32LE(index, 0);
  writeTime(body, 4, time);
  return block(BLOCK.statistics, body, option(4, long(received)), option(5, long(dropped)));
}

function block(type: number, body: Buffer, ...options: Buffer[]): Buffer {
  const end = options.length > 0 ? [Buffer.alloc(4)] : [];
  const content = Buffer.concat([body, ...options, ...end]);
  const length = content.length + 12;
  const whole = Buffer.alloc(length);
  whole.writeUInt32LE(type, 0);
  whole.writeUInt32LE(length, 4);
  content.copy(whole, 8);
  whole.writeUInt32LE(length, length - 4);
  return whole;
}

function option(code: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, padded(value)]);
}

/** The upper half of a time comes first, whatever the order of the bytes. */
function writeTime(at: Buffer, offset: number, time: bigint): void {
  at.writeUInt32LE(Number(time >> 32n), offset);
  at.writeUInt32LE(Number(time & 0xffffffffn), offset + 4);
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
