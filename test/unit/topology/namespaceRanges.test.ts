import assert from "node:assert/strict";
import fc from "fast-check";
import { fromRanges, toRanges } from "../../../provider/topology/namespaceRanges";
import { netnsNames } from "../../support/inputs/valueArbitraries";

const range = (stem: string, first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => `${stem}${first + index}`);

describe("the namespaces of a topology in words", () => {
  const rows: [names: string[], text: string][] = [
    [["switch", ...range("h", 1, 100)], "switch,h[1-100]"],
    [["a", "b"], "a,b"],
    [["h1"], "h1"],
    [["h1", "h2"], "h[1-2]"],
    [["h2", "h1"], "h2,h1"],
    [["h1", "h3"], "h1,h3"],
    [range("h", 8, 11), "h[8-11]"],
    [["h01", "h02"], "h0[1-2]"],
    [["h0", "h1", "h01"], "h[0-1],h01"],
    [["h9", "g10", "g11"], "h9,g[10-11]"],
    [["1", "2", "3"], "1,2,3"],
    [["10.0", "10.1"], "10.[0-1]"],
    [["a,b", "c[1-2]", "d%2C"], "a%2Cb,c%5B1-2%5D,d%252C"],
    [["/proc/42/ns/net", "/proc/43/ns/net"], "/proc/42/ns/net,/proc/43/ns/net"],
    [["é1", "é2"], "é[1-2]"],
    [["h1234567890", "h1234567891"], "h1[234567890-234567891]"],
  ];
  for (const [names, text] of rows) {
    it(`are \`${text}\`, and these are they again`, () => {
      assert.equal(toRanges(names), text);
      assert.deepEqual(fromRanges(text), names);
    });
  }

  it("name any namespaces, in their order, and none that is another one", () => {
    const numbered = fc.tuple(netnsNames, fc.nat(12)).map(([stem, number]) => `${stem}${number}`);
    const marked = fc.stringMatching(/^[%,[\]a0-9][%,[\]a0-9-]{0,8}$/);
    const names = fc.uniqueArray(fc.oneof(netnsNames, numbered, marked), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        fc.oneof(
          names,
          names.map((all) => [...all].sort()),
        ),
        (all) => {
          assert.deepEqual(fromRanges(toRanges(all)), all);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("name each once", () => {
    assert.deepEqual(fromRanges("a,h[1-2],h2,a"), ["a", "h1", "h2"]);
  });

  for (const text of [
    "",
    ",",
    "a,",
    "a/b",
    "-a",
    "a b",
    "h[1-2",
    "h1-2]",
    "h[2]x",
    "h[a-b]",
    "[1-2]",
    "h[2-1]",
    "a,h[2-1]",
    "h[01-02]",
    "h[1-2][3-4]",
    ".",
  ]) {
    it(`are none for ${JSON.stringify(text)}`, () => assert.equal(fromRanges(text), undefined));
  }

  it("are none for so many that no host has them, and take no time for that", () => {
    for (const text of ["h[0-999999999]", "h[1-60000],g[1-60000]", "h[0-100000]"])
      assert.equal(fromRanges(text), undefined);
    assert.equal(fromRanges("h[1-100000]")?.length, 100_000);
  });
});
