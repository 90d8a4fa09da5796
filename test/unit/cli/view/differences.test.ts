import assert from "node:assert/strict";
import { differenceLines } from "../../../../cli/view/look/differences";
import type { Drift } from "../../../../provider/live/compare";
import { resourceOf } from "../../../../provider/model/resources";
import { kinds } from "../../../../provider/resources";

const bridge = kinds.find(({ type }) => type === "Bridge") ?? assert.fail();

describe("the drift that `netns view` lists", () => {
  it("is what the program says, and what is not there; what it leaves to the kernel is none", () => {
    const resource = resourceOf(bridge, "br", [], { name: "br0" });
    const drift: Drift[] = [
      { resource, path: ["stp"], want: true, is: false },
      { resource, path: ["mtu"], want: 1500, is: 1400, isUnsaid: true },
      { resource },
    ];
    assert.deepEqual(differenceLines({ resources: [], drift, foreign: new Map(), uncovered: [] }), [
      "Bridge br: stp is false instead of true",
      "Bridge br is not there",
    ]);
  });
});
