import assert from "node:assert/strict";
import { checks, findingsOf } from "../../../provider/model/findings";
import { sections } from "../../support/model/findingsPage";
import { graphOfLab } from "../../support/model/modelOf";

describe("the findings", () => {
  const page = sections();

  it("have a section each in docs/findings.md, in their order and with their level", () => {
    assert.deepEqual(
      page.map(({ code, level }) => [code, level]),
      checks.map(({ code, level }) => [code, level]),
    );
  });

  for (const { code, wrong, right, level, command } of page) {
    it(`${code}: the wrong program has it and no other, the right one none`, () => {
      const codes = findingsOf(graphOfLab(wrong)).map((finding) => finding.code);
      assert.deepEqual([...new Set(codes)], [code]);
      assert.deepEqual(findingsOf(graphOfLab(right)), []);
      assert.equal(command !== undefined, level === "error");
    });
  }

  it("blame no VLAN where the port is down", () => {
    const [{ right } = { right: {} }] = page.filter(({ code }) => code === "vlan-not-carried");
    const linkSettings = [{ namespace: "sw", device: "h1", up: false }];
    assert.deepEqual(findingsOf(graphOfLab({ ...right, linkSettings })), []);
  });
});
