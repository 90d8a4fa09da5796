import assert from "node:assert/strict";
import fc from "fast-check";
import type { Owned, Range } from "../../../provider/model/inet";
import { OwnedByNumber, RangeSet } from "../../../provider/model/ranges";

const family = fc.constantFrom("inet", "inet6");
const number = fc.bigInt(0n, 60n);
const ranges: fc.Arbitrary<Range> = fc
  .tuple(family, number, number)
  .map(([of, first, size]) => ({ family: of, first, last: first + size }));
const owned = fc.record({ family, number }) as unknown as fc.Arbitrary<Owned>;

describe("addresses of many prefixes", () => {
  it("are those of each of them", () => {
    fc.assert(
      fc.property(fc.array(ranges), family, number, (all, of, at) => {
        const isIn = all.some((one) => one.family === of && one.first <= at && at <= one.last);
        assert.equal(new RangeSet(all).has({ family: of, first: at, last: at }), isIn);
      }),
    );
  });

  it("are found among many in the order of these", () => {
    fc.assert(
      fc.property(fc.array(owned), ranges, (all, { family: of, first, last }) => {
        const found = all.filter((one) => one.family === of && first <= one.number && one.number <= last);
        assert.deepEqual(new OwnedByNumber(all).in({ family: of, first, last }), found);
      }),
    );
  });
});
