import { overlap, type Subnet, subnetText } from "../core/subnet";
import { places } from "./hash";
import type { Host } from "./plan";

/**
 * As what networks behind a router with `nat6: "prefix"` are known outside (NPTv6, RFC 6296): the first 48 bits of their
 * addresses are others there. Of all prefixes one is taken whose 16-bit words have the same sum as those inside: the
 * checksums of TCP, UDP, and ICMPv6 stay right, so that nothing else of an address needs to change (section 3.1, with an
 * adjustment of 0).
 */
export const SITE = 48;
/** What is kept for documentation (RFC 9637), of which 12 bits follow from names. */
const OUTSIDE = 0x3fff;
const CHOICES = 2 ** 12;

export interface Translation {
  inside: Subnet;
  outside: Subnet;
}

export class Prefixes {
  private readonly known = new Map<string, Translation>();

  constructor(private readonly subnets: readonly Subnet[]) {}

  /** What a router makes of the prefix of a subnet behind it. */
  of(router: Host, { family, first }: Subnet): Translation {
    const bits = BigInt(128 - SITE);
    const inside: Subnet = { family, first: (first >> bits) << bits, prefixLength: SITE };
    const key = `${router.name} ${subnetText(inside)}`;
    const found = this.known.get(key) ?? { inside, outside: this.choose(key, inside) };
    this.known.set(key, found);
    return found;
  }

  outsideOf(router: Host, subnet: Subnet): Subnet {
    const { inside, outside } = this.of(router, subnet);
    return { ...subnet, first: outside.first + (subnet.first - inside.first) };
  }

  private choose(name: string, inside: Subnet): Subnet {
    const taken = [...this.subnets, ...[...this.known.values()].map(({ outside }) => outside)];
    for (const place of places(name, CHOICES)) {
      const outside = sameSum(inside, place);
      if (!taken.some((one) => overlap(one, outside))) return outside;
    }
    return sameSum(inside, 0);
  }
}

/** The prefix with a second word by choice, and the third one so that the sum is that of another prefix (RFC 1071). */
function sameSum(inside: Subnet, second: number): Subnet {
  const words = [0n, 1n, 2n].map((index) => Number((inside.first >> (112n - 16n * index)) & 0xffffn));
  const sum = words.reduce((all, word) => all + word, 0);
  const third = (((sum - OUTSIDE - second) % 0xffff) + 0xffff) % 0xffff;
  const first = [OUTSIDE, second, third].reduce((all, word) => (all << 16n) | BigInt(word), 0n) << 80n;
  return { family: "inet6", first, prefixLength: SITE };
}
