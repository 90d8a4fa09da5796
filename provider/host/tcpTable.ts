import { isIPv4 } from "node:net";
import { endianness } from "node:os";

/** One end of each connection that stands: `local remote` as the kernel writes them, to the users that own it. */
export type Owners = Map<string, number[]>;

/**
 * An established connection (state 01) in /proc/net/tcp or tcp6. What is left of a closed one stands there in other
 * states, with uid 0 and inode 0, whoever it belonged to.
 */
const ESTABLISHED = /^ *\d+: ([0-9A-F]+:[0-9A-F]{4} [0-9A-F]+:[0-9A-F]{4}) 01 \S+ \S+ \S+ +(\d+) +\d+ +(\d+) /gm;
const MAPPED = "::ffff:";

/** Who owns the established connections of /proc/net/tcp or tcp6. */
export function readOwners(table: string): Owners {
  const owners: Owners = new Map();
  for (const [, ends = "", uid, inode] of table.matchAll(ESTABLISHED)) {
    if (Number(inode) !== 0) owners.set(ends, [...(owners.get(ends) ?? []), Number(uid)]);
  }
  return owners;
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
  return `${inWords(plain.split(".").map(Number))}:${port.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The kernel prints the four bytes of an address as one number, in the machine's own order. */
function inWords(bytes: number[]): string {
  const ordered = endianness() === "LE" ? bytes.reverse() : bytes;
  return ordered.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join("");
}
