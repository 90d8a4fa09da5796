import { bitsOf, canonicalIp, familyOf, parseCidr } from "../../core/ip";
import { remembered } from "../../core/remembered";
import type { Family } from "./types";

/** A prefix of addresses, made to be compared fast. */
export interface Prefix {
  family: Family;
  length: number;
  /** The bits of the prefix alone. */
  bits: bigint;
}

export const numberOf = remembered((address): bigint => {
  if (familyOf(address) === "inet")
    return BigInt(address.split(".").reduce((all, part) => all * 256 + Number(part), 0));
  const [head = "", tail] = withoutDots(address).split("::");
  const groups = (text: string | undefined) => (text ? text.split(":") : []);
  const [first, last] = [groups(head), groups(tail)];
  const middle = Array.from({ length: tail === undefined ? 0 : 8 - first.length - last.length }, () => "0");
  return BigInt(`0x${[...first, ...middle, ...last].map((group) => group.padStart(4, "0")).join("")}`);
});

/** Of `10.0.0.0/8` or of `10.0.0.1/24`, the prefix; `default` is all of IPv4, an address alone is itself. */
export const prefixOf = remembered((text): Prefix => {
  if (text === "default") return { family: "inet", length: 0, bits: 0n };
  const family = familyOf(text);
  const { address, prefixLength } = parseCidr(text) ?? { address: text, prefixLength: bitsOf(family) };
  return { family, length: prefixLength, bits: numberOf(address) >> BigInt(bitsOf(family) - prefixLength) };
});

/** As `ip route` shows it. */
export function prefixText({ family, length, bits }: Prefix): string {
  if (length === 0) return "default";
  const whole = bits << BigInt(bitsOf(family) - length);
  const parts =
    family === "inet" ? { size: 8n, count: 4, base: 10, mark: "." } : { size: 16n, count: 8, base: 16, mark: ":" };
  const part = (index: number) => (whole >> (parts.size * BigInt(parts.count - 1 - index))) & ((1n << parts.size) - 1n);
  const text = Array.from({ length: parts.count }, (_, index) => part(index).toString(parts.base)).join(parts.mark);
  return `${canonicalIp(text)}/${length}`;
}

export function contains({ family, length, bits }: Prefix, address: string): boolean {
  return familyOf(address) === family && numberOf(address) >> BigInt(bitsOf(family) - length) === bits;
}

/** How many of the first bits two addresses share. */
export function commonBits(one: string, other: string): number {
  const bits = bitsOf(familyOf(one));
  const differ = numberOf(one) ^ numberOf(other);
  return differ === 0n ? bits : bits - differ.toString(2).length;
}

export function isLinkLocal(address: string): boolean {
  return contains(prefixOf("fe80::/10"), address);
}

export function isLoopback(address: string): boolean {
  return address === "::1" || contains(prefixOf("127.0.0.0/8"), address);
}

/** The link-local address that the kernel makes of a MAC address (RFC 4291, appendix A). */
export const linkLocalOf = remembered((mac): string => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac.split(":").map((part) => Number.parseInt(part, 16));
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return parseCidr(`fe80::${groups.map((group) => group.toString(16)).join(":")}/64`)?.address ?? "";
});

function withoutDots(address: string): string {
  const dotted = /[\d.]+$/.exec(address)?.[0] ?? "";
  if (!dotted.includes(".")) return address;
  const hex = numberOf(dotted).toString(16).padStart(8, "0");
  return `${address.slice(0, -dotted.length)}${hex.slice(0, 4)}:${hex.slice(4)}`;
}
