import type { Cidr } from "../core/ip";
import type { Owned, Range } from "./inet";

/** Addresses of many prefixes, and many addresses, in which one is found without a look at each. */

export class RangeSet {
  private readonly apart: Record<Cidr["family"], Range[]> = { inet: [], inet6: [] };

  constructor(ranges: Iterable<Range>) {
    for (const range of [...ranges].sort((one, other) => (one.first < other.first ? -1 : 1))) {
      const own = this.apart[range.family];
      const before = own.at(-1);
      if (!before || before.last < range.first) own.push({ ...range });
      else if (before.last < range.last) before.last = range.last;
    }
  }

  has({ family, first }: Range): boolean {
    const own = this.apart[family];
    const range = own[firstFrom(own, (one) => one.last >= first)];
    return range !== undefined && range.first <= first;
  }
}

export class OwnedByNumber {
  private readonly sorted: Record<Cidr["family"], { one: Owned; place: number }[]> = { inet: [], inet6: [] };

  constructor(all: Iterable<Owned>) {
    for (const one of all) this.sorted[one.family].push({ one, place: this.sorted[one.family].length });
    for (const own of Object.values(this.sorted)) own.sort((a, b) => (a.one.number < b.one.number ? -1 : 1));
  }

  /** In the order in which they were given. */
  in({ family, first, last }: Range): Owned[] {
    const own = this.sorted[family];
    const from = firstFrom(own, ({ one }) => one.number >= first);
    const found = own.slice(
      from,
      firstFrom(own, ({ one }) => one.number > last),
    );
    return found.sort((a, b) => a.place - b.place).map(({ one }) => one);
  }
}

/** Where the first one is that is so, as all behind it are; the length, where none is. */
function firstFrom<T>(sorted: readonly T[], isSo: (one: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(sorted[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
