import { Address4, Address6 } from "ip-address";
import { remembered } from "./remembered";

export interface Cidr {
  family: "inet" | "inet6";
  /** Canonical text without the prefix length. */
  address: string;
  prefixLength: number;
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

/** IPv4 or IPv6 text to its canonical form (RFC 5952 for IPv6); undefined when it is neither. Zones are refused. */
export function canonicalIp(text: string): string | undefined {
  return IPV4.test(text) ? text : canonicalIpv6(text);
}

const canonicalIpv6 = remembered((text): string | undefined => {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(":") || !Address6.isValid(text)) return undefined;
  const address = new Address6(text);
  // The kernel and `ip` print the dotted form for this range, and for it alone.
  return address.isMapped4() ? `::ffff:${address.to4().correctForm()}` : address.correctForm();
});

export function familyOf(address: string): "inet" | "inet6" {
  return address.includes(":") ? "inet6" : "inet";
}

/** How many bits an address has: the prefix length of one that stands for itself alone. */
export function bitsOf(family: Cidr["family"]): number {
  return family === "inet" ? 32 : 128;
}

/** `ADDRESS/LENGTH` to its parts; undefined when it is not one. Host bits are kept. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf("/");
  const address = canonicalIp(text.slice(0, slash < 0 ? undefined : slash));
  const length = text.slice(slash + 1);
  if (slash < 0 || address === undefined || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const family = familyOf(address);
  const prefixLength = Number(length);
  if (prefixLength > bitsOf(family)) return undefined;
  return { family, address, prefixLength };
}

/** An address as the number that its bits are. */
export const numberOf = remembered((address: string): bigint => {
  if (familyOf(address) === "inet6") return new Address6(address).bigInt();
  return address.split(".").reduce((number, byte) => number * 256n + BigInt(byte), 0n);
});

/** The prefix that `address` lies in: `10.0.1.1`, 24 → `10.0.1.0/24`. */
export function networkOf(address: string, prefixLength: number): string {
  const Kind = familyOf(address) === "inet" ? Address4 : Address6;
  return `${new Kind(`${address}/${prefixLength}`).startAddress().correctForm()}/${prefixLength}`;
}

/** All of IPv4, as `ip route` calls it; and all of IPv6. */
export const DEFAULT = "default";
export const DEFAULT6 = "::/0";

/** A prefix to its canonical form, a lone address to that of one host; undefined when it is none or has host bits. */
export const canonicalPrefix = remembered((text): string | undefined => {
  if (text === DEFAULT) return DEFAULT;
  const parsed = parseCidr(canonicalIp(text) === undefined ? text : `${text}/${bitsOf(familyOf(text))}`);
  if (!parsed) return undefined;
  const { address, prefixLength } = parsed;
  const [first = ""] = networkOf(address, prefixLength).split("/");
  if (canonicalIp(first) !== address) return undefined;
  const prefix = `${address}/${prefixLength}`;
  return prefix === "0.0.0.0/0" ? DEFAULT : prefix;
});

/** Why an address cannot be given to a device, or undefined when it can. */
export function notAssignable(address: string): string | undefined {
  if (address === "0.0.0.0" || address === "::") return "is the unspecified address";
  if (address === "255.255.255.255") return "is the limited broadcast address";
  return isMulticast(address) ? "is a multicast address, which is joined and not assigned" : undefined;
}

export function isMulticast(address: string): boolean {
  const first = Number.parseInt(address, 10);
  return familyOf(address) === "inet" ? first >= 224 && first <= 239 : /^ff[0-9a-f]{2}:/i.test(address);
}
