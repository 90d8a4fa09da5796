import { isIPv4 } from "node:net";
import { endianness } from "node:os";

/** One end of each connection that stands: `local remote` as the kernel writes them, to the users that own it. */
export type Owners = Map<string, number[]>;

export type Transport = "tcp" | "udp";

/** TCP_ESTABLISHED, and what takes what comes: TCP_LISTEN, and of UDP TCP_CLOSE, of include/net/tcp_states.h. */
const ESTABLISHED = "01";
const TAKES: Record<Transport, string> = { tcp: "0A", udp: "07" };
/** A socket in /proc/net/tcp, tcp6, udp or udp6: its ends and its state; whose it is, and its inode. */
const ROW = /^ *\d+: ([0-9A-F]+:[0-9A-F]{4}) ([0-9A-F]+:[0-9A-F]{4}) ([0-9A-F]{2}) \S+ \S+ \S+ +(\d+) +\d+ +(\d+) /gm;
const MAPPED = "::ffff:";

/**
 * Who owns the established connections of /proc/net/tcp or tcp6. What is left of a closed one stands there in other
 * states, with uid 0 and inode 0, whoever it belonged to.
 */
export function readOwners(table: string): Owners {
  const owners: Owners = new Map();
  for (const [, local, remote, state, uid, inode] of table.matchAll(ROW)) {
    if (state !== ESTABLISHED || Number(inode) === 0) continue;
    const ends = `${local} ${remote}`;
    owners.set(ends, [...(owners.get(ends) ?? []), Number(uid)]);
  }
  return owners;
}

/** Whether a socket of /proc/net/TRANSPORT, or of that with a 6 behind it, takes what comes to a port. */
export function isTaken(table: string, transport: Transport, port: number): boolean {
  const end = `:${inHex(port, 4)}`;
  return [...table.matchAll(ROW)].some(([, local, , state]) => state === TAKES[transport] && local?.endsWith(end));
}

/** How an end's row begins in /proc/net/tcp and in tcp6. IPv4 alone: the plugin listens on nothing else. */
export function rowsOf(local: End, remote: End): { tcp: string; tcp6: string } | undefined {
  const ends = [hex(local), hex(remote)];
  if (ends.includes(undefined)) return undefined;
  const mapped = `0000000000000000${inWords([0, 0, 0xff, 0xff])}`;
  return { tcp: ends.join(" "), tcp6: ends.map((end) => mapped + end).join(" ") };
}

export interface End {
  address: string | undefined;
  port: number | undefined;
}

function hex({ address = "", port }: End): string | undefined {
  const plain = address.toLowerCase().startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
  if (!isIPv4(plain) || port === undefined) return undefined;
  return `${inWords(plain.split(".").map(Number))}:${inHex(port, 4)}`;
}

/** The kernel prints the four bytes of an address as one number, in the machine's own order. */
function inWords(bytes: number[]): string {
  const ordered = endianness() === "LE" ? bytes.reverse() : bytes;
  return ordered.map((byte) => inHex(byte, 2)).join("");
}

function inHex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}
