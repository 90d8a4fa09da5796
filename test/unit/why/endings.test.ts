import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import { endingsOf } from "../../../provider/why/endings";

const AT = { family: "inet", table: "t" };
const chain = (name: string, more: Json = {}) => ({ chain: { ...AT, name, ...more } });
const rule = (name: string, handle: number, ...expr: Json[]) => ({ rule: { ...AT, chain: name, handle, expr } });
const INPUT = { type: "filter", hook: "input", prio: 0 };
const tcp80 = { match: { op: "==", left: { payload: { protocol: "tcp", field: "dport" } }, right: 80 } };

describe("What in a ruleset can end a packet", () => {
  it("is a rule with such a verdict, with what it has counted and looks into, and the policy of a chain", () => {
    const endings = endingsOf({
      nftables: [
        chain("in", { ...INPUT, policy: "drop" }),
        rule("in", 1, { accept: null }),
        rule("in", 2, tcp80, { counter: { packets: 3, bytes: 180 } }, { reject: null }),
      ],
    });
    const place = { ...AT, chain: "in", hook: "input" };
    assert.deepEqual(endings, [
      { ...place, verdict: "reject", handle: 2, packets: 3, protocols: ["tcp"] },
      { ...place, verdict: "drop", protocols: [] },
    ]);
  });

  it("is in the chains too that one with a hook leads to, be it in a circle, and in no others", () => {
    const endings = endingsOf({
      nftables: [
        chain("in", INPUT),
        chain("more"),
        chain("alone"),
        rule("in", 1, { jump: { target: "more" } }),
        rule("more", 2, { drop: null }),
        rule("more", 3, { goto: { target: "in" } }),
        rule("alone", 4, { drop: null }),
      ],
    });
    assert.deepEqual(
      endings.map(({ chain: name, hook, handle }) => [name, hook, handle]),
      [["more", "input", 2]],
    );
  });

  it("is nothing where there is no nftables", () => {
    assert.deepEqual([endingsOf(undefined), endingsOf({ nftables: [] })], [[], []]);
  });
});
