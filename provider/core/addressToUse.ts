import type { Cidr } from "./ip";

/** An address of a host that others can use: it is not of one link or of that host alone. */
export interface Usable {
  family: Cidr["family"];
  address: string;
  /** The name of its device. */
  on: string;
}

const FAMILIES = ["inet", "inet6"] as const;

/**
 * Of `theirs` the address by which their host is reached from the one that has `ours`, as people would choose it: on a
 * network of both, else the first that is not on `lo`; IPv4 where both have that. One that is of `ours` as well leads
 * back to the sender itself: it is taken only where there is no other.
 */
export function addressToUse<One extends Usable>(
  ours: readonly One[],
  theirs: readonly One[],
  isNear: (one: One, other: One) => boolean,
  family?: Cidr["family"],
): string | undefined {
  const own = new Set(ours.map(({ address }) => address));
  const find = (all: readonly One[]): string | undefined => {
    const speaks = (of: readonly One[], wanted: Cidr["family"]) => of.some((one) => one.family === wanted);
    const common = FAMILIES.filter((wanted) => speaks(ours, wanted) && speaks(all, wanted));
    for (const wanted of family ? [family] : [...common, ...FAMILIES]) {
      const its = all.filter((one) => one.family === wanted);
      const near = its.find((one) => ours.some((mine) => isNear(mine, one)));
      const found = near ?? its.find(({ on }) => on !== "lo") ?? its[0];
      if (found) return found.address;
    }
    return undefined;
  };
  return find(theirs.filter(({ address }) => !own.has(address))) ?? find(theirs);
}
