import assert from "node:assert/strict";
import { isSerial, parallelIn } from "../../../provider/server/serial";

describe("how many steps the engine does side by side", () => {
  const cases: [line: string, number: string | undefined][] = [
    ["pulumi up --yes --parallel 1", "1"],
    ["pulumi up --parallel=8 --yes", "8"],
    ["pulumi up -p 1", "1"],
    ["pulumi destroy -p1", "1"],
    ["pulumi up --parallel 8 -p=1", "1"],
    ["pulumi preview --policy-pack p --parallel", undefined],
    ["pulumi up --yes", undefined],
  ];
  for (const [line, number] of cases)
    it(`is told by its words: ${line}`, () => assert.equal(parallelIn(line.split(" ")), number));

  it("is told by its environment, where its words say nothing or cannot be read", () => {
    for (const pid of [process.pid, 2 ** 30]) {
      assert.equal(isSerial(pid, { PULUMI_PARALLEL: "1" }), true);
      assert.equal(isSerial(pid, {}), false);
    }
  });
});
