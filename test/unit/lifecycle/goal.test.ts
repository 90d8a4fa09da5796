import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import { withDefaults } from "../../../provider/lifecycle/goal";
import { kindNamed, stateFor } from "../../support/inputs/states";

describe("what an update is to end with", () => {
  const route = kindNamed("Route");
  const goal = (old: Json, want: Json) => {
    const [before, now] = [old, want].map((own): Json => ({ destination: "10.9.0.0/16", ...own }));
    return withDefaults(route, now as Json, before as Json, stateFor(route, before as Json));
  };
  const hop = (number: number, more: Json = {}) => ({ gateway: `10.0.0.${number}`, device: `veth${number}`, ...more });

  it("has what the kernel gives by itself for what left the program", () => {
    assert.equal(goal({ type: "blackhole" }, {}).type, "unicast");
  });

  it("has it for what left an element of a list, wherever that stands now", () => {
    const old = { nexthops: [hop(1, { weight: 3 }), hop(2, { weight: 4 })] };
    const goals = goal(old, { nexthops: [hop(2, { weight: 4 }), hop(1)] }).nexthops;
    assert.deepEqual(goals, [hop(2, { weight: 4 }), hop(1, { weight: 1 })]);
  });

  it("has no element again that left, nor a list that left as a whole", () => {
    const old = { nexthops: [hop(1, { weight: 3 }), hop(2)] };
    assert.deepEqual(goal(old, { nexthops: [hop(2)] }).nexthops, [hop(2)]);
    assert.equal(goal(old, { type: "blackhole" }).nexthops, undefined);
  });
});
