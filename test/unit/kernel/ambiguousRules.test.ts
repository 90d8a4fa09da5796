import assert from "node:assert/strict";
import { ambiguousWith, changeAmong, isTakenFor } from "../../../provider/kernel/ambiguousRules";
import type { Rule, Shown } from "../../../provider/kernel/rule";

const NET = "10.0.0.0/8";
const rule = (more: Partial<Rule>): Rule => ({ priority: 100, action: "lookup", table: 7, ...more });

describe("a rule that is there is taken for a new one", () => {
  const rows: [what: string, there: Partial<Rule>, asked: Partial<Rule>, isTaken: boolean][] = [
    ["that is the same", { from: NET }, { from: NET }, true],
    ["that has no prefix where it has one", { from: NET, to: NET }, { from: NET }, true],
    ["but not for one that has more", { from: NET }, { from: NET, to: NET }, false],
    ["nor with another prefix", { from: NET }, { from: "10.0.0.0/9" }, false],
    ["nor of another table", { from: NET }, { table: 8 }, false],
    ["nor of another action", {}, { action: "blackhole", table: undefined }, false],
    ["nor of another device", { iif: "lo", from: NET }, {}, false],
    ["nor of another mark", { fwmark: "0x5", from: NET }, {}, false],
    ["nor of another priority", { from: NET }, { priority: 101 }, false],
  ];
  for (const [what, there, asked, isTaken] of rows) {
    it(what, () => assert.equal(isTakenFor(rule(there), rule(asked)), isTaken));
  }
});

describe("the rules that would go in the place of another", () => {
  const shown = (more: Partial<Rule>): Shown => ({ rule: rule(more), isWhole: true });

  it("stand before it, and have all that it has and more", () => {
    const it = shown({ from: NET });
    const before = [
      ...[shown({ from: NET, to: NET }), shown({ to: NET }), shown({ from: NET, iif: "lo" })],
      ...[shown({ from: NET, fwmark: "0x5/0xff" }), shown({ from: NET, table: 8 }), shown({ from: "10.0.0.0/9" })],
    ];
    assert.deepEqual(ambiguousWith([...before, it, shown({ from: NET, oif: "lo" })], it), [
      before[0],
      before[2],
      before[3],
    ]);
  });

  it("have any mark of that mask where it has none of its bits", () => {
    const it = shown({ fwmark: "0/0xff" });
    const before = [shown({ fwmark: "0x5/0xff" }), shown({ fwmark: "0x5" }), shown({})];
    assert.deepEqual(ambiguousWith([...before, it], it), [before[0]]);
    const one = shown({ fwmark: "0x5/0xff" });
    assert.deepEqual(ambiguousWith([shown({ fwmark: "0x6/0xff" }), one], one), []);
  });
});

describe("the steps past rules that would be taken for it", () => {
  it("are one batch, so that the others are away for a moment only, whatever they are named by", () => {
    for (const iif of ["lo", "a b", "a#b", "a\nb"]) {
      const [step, ...more] = changeAmong("net0", "inet6", "del", rule({}), [{ rule: rule({ iif }), isWhole: true }]);
      assert.deepEqual([step?.argv, more], [["ip", "-6", "-batch", "-"], []]);
      const line = (verb: string, ...words: string[]) => ["rule", verb, "priority", "100", ...words, "lookup", "7"];
      assert.deepEqual(step?.batch, [line("del", "iif", iif), line("del"), line("add", "iif", iif)]);
    }
  });
});
