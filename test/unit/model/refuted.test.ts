import assert from "node:assert/strict";
import { checks } from "../../../provider/model/findings";
import { OF_NO_PAIR, refutes } from "../../support/model/refuted";

describe("what a ping refutes of the findings", () => {
  it("is told of each error, unless that is of no pair", () => {
    const errors = checks.filter(({ level }) => level === "error").map(({ code }) => code);
    assert.deepEqual([...Object.keys(refutes), ...OF_NO_PAIR].sort(), errors.sort());
  });
});
