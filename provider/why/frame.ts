import { ipText } from "../netlink/ip";

/** What a frame on a device is, as far as it tells the way of a packet. */
export interface Frame {
  macs: { from: string; to: string };
  vlan?: number;
  /** Who asks, or answers, for the hardware address of `about`: by ARP, or by the neighbour discovery of IPv6. */
  asks?: { about: string; from: string };
  answers?: { about: string; mac: string };
  packet?: Packet;
}

interface Packet {
  from: string;
  to: string;
  ttl: number;
  protocol: number;
  /** Of icmp its type and code. */
  icmp?: { type: number; code: number };
  /** What an ICMP error is about. */
  inner?: { from: string; to: string };
  length: number;
}

const ETHER = { arp: 0x0806, ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, qinq: 0x88a8 };
const MAC_BYTES = 6;
const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;
/** ICMP errors bring the head of the packet that they are about. */
const ERRORS = { [PROTOCOL.icmp]: [3, 4, 5, 11, 12], [PROTOCOL.icmpv6]: [1, 2, 3, 4] } as Record<number, number[]>;
const NEIGHBOR = { solicitation: 135, advertisement: 136 };

/** Reads a frame of Ethernet, or what is of `type` and has no head of Ethernet; undefined where it is cut off. */
export function readFrame(bytes: Buffer, type?: number): Frame | undefined {
  try {
    return type === undefined ? readEthernet(bytes) : { macs: { from: "", to: "" }, ...readPayload(type, bytes) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readEthernet(bytes: Buffer): Frame {
  const macs = { to: macText(bytes, 0), from: macText(bytes, MAC_BYTES) };
  let at = 2 * MAC_BYTES;
  let type = bytes.readUInt16BE(at);
  let vlan: number | undefined;
  while (type === ETHER.vlan || type === ETHER.qinq) {
    vlan ??= bytes.readUInt16BE(at + 2) & 0xfff;
    at += 4;
    type = bytes.readUInt16BE(at);
  }
  return { macs, ...(vlan !== undefined && { vlan }), ...readPayload(type, bytes.subarray(at + 2)) };
}

function readPayload(type: number, bytes: Buffer): Omit<Frame, "macs" | "vlan"> {
  if (type === ETHER.arp) return readArp(bytes);
  if (type !== ETHER.ipv4 && type !== ETHER.ipv6) return {};
  const { packet, payload } = readPacket(bytes);
  return { packet, ...(packet.protocol === PROTOCOL.icmpv6 && readDiscovery(packet, payload)) };
}

/** RFC 826 */
function readArp(bytes: Buffer): Pick<Frame, "asks" | "answers"> {
  const operation = bytes.readUInt16BE(6);
  const [mac, from, to] = [macText(bytes, 8), ipText(bytes.subarray(14, 18)), ipText(bytes.subarray(24, 28))];
  return operation === 1 ? { asks: { about: to, from } } : { answers: { about: from, mac } };
}

/** RFC 4861 */
function readDiscovery({ from, icmp }: Packet, payload: Buffer): Pick<Frame, "asks" | "answers"> {
  if (icmp?.type !== NEIGHBOR.solicitation && icmp?.type !== NEIGHBOR.advertisement) return {};
  const about = ipText(payload.subarray(8, 24));
  if (icmp.type === NEIGHBOR.solicitation) return { asks: { about, from } };
  return { answers: { about, mac: payload.length >= 32 ? macText(payload, 26) : "" } };
}

function readPacket(bytes: Buffer): { packet: Packet; payload: Buffer } {
  const is4 = bytes.readUInt8(0) >> 4 === 4;
  const head = is4 ? (bytes.readUInt8(0) & 15) * 4 : 40;
  const [from, to] = is4
    ? [bytes.subarray(12, 16), bytes.subarray(16, 20)]
    : [bytes.subarray(8, 24), bytes.subarray(24, 40)];
  const protocol = bytes.readUInt8(is4 ? 9 : 6);
  const payload = bytes.subarray(head);
  const packet: Packet = {
    ...{ from: ipText(from), to: ipText(to), protocol },
    ttl: bytes.readUInt8(is4 ? 8 : 7),
    length: is4 ? bytes.readUInt16BE(2) : bytes.readUInt16BE(4) + head,
  };
  if ((protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6) && payload.length >= 8) {
    packet.icmp = { type: payload.readUInt8(0), code: payload.readUInt8(1) };
    if (ERRORS[protocol]?.includes(packet.icmp.type) && payload.length >= 28) {
      const { from: of, to: about } = readPacket(payload.subarray(8)).packet;
      packet.inner = { from: of, to: about };
    }
  }
  return { packet, payload };
}

function macText(bytes: Buffer, at: number): string {
  return bytes
    .subarray(at, at + MAC_BYTES)
    .toString("hex")
    .replace(/(..)(?!$)/g, "$1:");
}
