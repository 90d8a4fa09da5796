import assert from "node:assert/strict";
import { type Outcome, outcomeText } from "../../../provider/probe/outcome";

describe("what became of a probe, in words", () => {
  const cases: [Outcome, string][] = [
    [{ heard: "answer", from: "10.0.0.1", rttMs: 0.05 }, "an answer in 0.05 ms"],
    [{ heard: "refused", from: "10.0.0.1" }, "`Connection refused` from 10.0.0.1"],
    [
      { heard: "icmp", from: "10.0.0.1", what: "Frag needed and DF set", type: 3, code: 4, mtu: 1400 },
      "ICMP `Frag needed and DF set, mtu 1400` from 10.0.0.1",
    ],
    [{ heard: "icmp", from: undefined, what: "Packet filtered", type: 3, code: 13 }, "ICMP `Packet filtered`"],
    [{ heard: "unsent", code: "EMSGSIZE", mtu: 1500 }, "nothing was sent: it is too big (EMSGSIZE, mtu 1500)"],
    [
      { heard: "unsent", code: "ENOBUFS" },
      "nothing was sent: a device refused the frame, as one that is too big for it, or there is no room for more neighbours (ENOBUFS)",
    ],
    [{ heard: "nothing" }, "nothing"],
  ];
  for (const [outcome, text] of cases)
    it(`has words for ${text}`, () => {
      assert.equal(outcomeText(outcome), text);
    });
});
