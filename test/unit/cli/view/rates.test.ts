import assert from "node:assert/strict";
import { inWords, ratesBetween } from "../../../../cli/view/page/rates";
import type { Counted, Counters } from "../../../../cli/view/protocol";

const at = (ms: number, counted: Counted): Counters => ({ at: ms, hosts: { h1: { eth0: counted } } });

describe("What goes over a device", () => {
  it("is what its counters have grown by, a second", () => {
    const rates = ratesBetween(at(1000, [true, true, 500, 0, 5, 0]), at(3000, [true, false, 2500, 100, 25, 1]));
    assert.deepEqual(rates.get("h1/eth0"), {
      ...{ isUp: true, hasCarrier: false },
      ...{ rx: 1000, tx: 50, rxFrames: 10, txFrames: 0.5 },
    });
  });

  it("is nothing at first, and all that it has where it was made again", () => {
    const first = ratesBetween(undefined, at(1000, [true, true, 500, 500, 5, 5])).get("h1/eth0");
    assert.deepEqual([first?.rx, first?.txFrames], [0, 0]);
    const again = ratesBetween(at(1000, [true, true, 500, 500, 5, 5]), at(2000, [true, true, 80, 0, 1, 0])).get(
      "h1/eth0",
    );
    assert.deepEqual([again?.rx, again?.tx], [80, 0]);
  });

  it("is told in units that one can read", () => {
    assert.deepEqual([0, 999, 1000, 12_345, 9_900_000, 3e12].map(inWords), [
      ...["0 B/s", "999 B/s", "1.0 kB/s", "12 kB/s", "9.9 MB/s", "3000 GB/s"],
    ]);
  });
});
