import { bitsOf, type Cidr, canonicalIp, DEFAULT, familyOf, numberOf, parseCidr } from "../core/ip";
import { remembered } from "../core/remembered";
import type { Maybe } from "../resources/facts";
import { type Device, isKnown } from "./graph";
import type { Resource } from "./resources";

/** All addresses of a prefix, as numbers. */
export interface Range {
  family: Cidr["family"];
  first: bigint;
  last: bigint;
}

/** An address that a device has. */
export interface Owned extends Cidr {
  device: Device;
  by: Resource;
  number: bigint;
  /** Who is on the link by what it says: its own network, or that of the peer. */
  network: Range;
  peer: Maybe<string> | undefined;
}

export const rangeOf = remembered((prefix: string): Range | undefined => {
  if (prefix === DEFAULT) return { family: "inet", first: 0n, last: 2n ** 32n - 1n };
  const cidr = parseCidr(prefix.includes("/") ? prefix : `${prefix}/${bitsOf(familyOf(prefix))}`);
  if (!cidr) return undefined;
  const size = 1n << BigInt(bitsOf(cidr.family) - cidr.prefixLength);
  const number = numberOf(cidr.address);
  const first = number - (number % size);
  return { family: cidr.family, first, last: first + size - 1n };
});

/** The addresses of a device that are known as a whole. */
export function ownedBy(device: Device): Owned[] {
  return device.addresses.flatMap(({ address, peer, by }): Owned[] => {
    const cidr = isKnown(address) ? parseCidr(address) : undefined;
    if (!cidr) return [];
    const around = isKnown(peer) ? `${canonicalIp(peer)}/${cidr.prefixLength}` : `${cidr.address}/${cidr.prefixLength}`;
    const network = rangeOf(around);
    return network ? [{ ...cidr, device, by, number: numberOf(cidr.address), network, peer }] : [];
  });
}

export function contains(range: Range, address: string): boolean {
  if (range.family !== familyOf(address)) return false;
  const number = numberOf(address);
  return range.first <= number && number <= range.last;
}

export function isSameRange(one: Range, other: Range): boolean {
  return one.family === other.family && one.first === other.first && one.last === other.last;
}

export function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/.test(address);
}
