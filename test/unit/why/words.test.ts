import assert from "node:assert/strict";
import { reach } from "../../../provider/model/reach/reach";
import { wayText } from "../../../provider/why/words";
import { graphOfLines } from "../../support/inputs/labLines";

const hop = (host: string) => ({ host, decided: [] });

describe("The way of a packet, in words", () => {
  it("has of a circle one round, and how often it goes round", () => {
    const round = ["r", "s", "t"].map(hop);
    assert.deepEqual(wayText([hop("a"), ...round, ...round, ...round, hop("r")]), [
      ...["a: ", "r: ", "s: ", "t: "],
      "and so on: r, s, t, 3 times",
    ]);
    assert.equal(wayText([hop("a"), ...round, ...round]).length, 7);
  });

  it("names the host whose rule refuses a packet", () => {
    const lines = `cable a/eth0 b/eth0\naddress a/eth0 10.0.0.1/24\nrule a 50 {"action":"prohibit"}`;
    assert.match(reach(graphOfLines(lines), "a", "10.0.0.2").stop?.why ?? "", /^On a the rule of priority 50 refuses/);
  });
});
