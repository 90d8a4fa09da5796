import { Address4, Address6 } from "ip-address";
import { bitsOf, type Cidr, familyOf, numberOf, parseCidr } from "./ip";

/** A network whose addresses are counted: the first one as a number, and how many bits are the same in all. */
export interface Subnet {
  family: Cidr["family"];
  first: bigint;
  prefixLength: number;
}

/** `10.0.1.0/24` as a subnet; undefined where it is no prefix. */
export function parseSubnet(prefix: string): Subnet | undefined {
  const parsed = parseCidr(prefix);
  if (!parsed) return undefined;
  const { family, address, prefixLength } = parsed;
  return { family, first: numberOf(address), prefixLength };
}

const texts = new WeakMap<Subnet, string>();

export function subnetText(subnet: Subnet): string {
  // In a lab of many routers each of them has a route to the same one.
  const text = texts.get(subnet) ?? `${addressAt(subnet, 0n)}/${subnet.prefixLength}`;
  texts.set(subnet, text);
  return text;
}

/** How many addresses it has. */
export function sizeOf({ family, prefixLength }: Subnet): bigint {
  return 1n << BigInt(bitsOf(family) - prefixLength);
}

/** Its address of that number, counted from 0. */
export function addressAt({ family, first }: Subnet, number: bigint): string {
  const Kind = family === "inet" ? Address4 : Address6;
  return Kind.fromBigInt(first + number).correctForm();
}

/** Which of its addresses it is; undefined where it is none. */
export function numberIn(subnet: Subnet, address: string): bigint | undefined {
  if (familyOf(address) !== subnet.family) return undefined;
  const number = numberOf(address) - subnet.first;
  return number >= 0n && number < sizeOf(subnet) ? number : undefined;
}

export function overlap(one: Subnet, other: Subnet): boolean {
  if (one.family !== other.family) return false;
  return one.first < other.first + sizeOf(other) && other.first < one.first + sizeOf(one);
}
