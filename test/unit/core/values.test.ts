import assert from "node:assert/strict";
import fc from "fast-check";
import {
  covers,
  getAt,
  inOrderOf,
  isObject,
  type Json,
  leaves,
  mapLeaves,
  type Path,
  pathText,
  Unknown,
} from "../../../provider/core/values";

describe("a path as text", () => {
  const forms: [path: Path, text: string][] = [
    [[], ""],
    [["mtu"], "mtu"],
    [["a", "mtu"], "a.mtu"],
    [["routes", 0, "via"], "routes[0].via"],
    [["routes", 0, 1], "routes[0][1]"],
    [["__mark"], "__mark"],
    [["sysctls", "net.ipv4.ip_forward"], 'sysctls["net.ipv4.ip_forward"]'],
    [["a b"], '["a b"]'],
    [['say "x"'], '["say \\"x\\""]'],
    [["0"], '["0"]'],
    [[""], '[""]'],
    [["é"], '["é"]'],
  ];
  for (const [path, text] of forms) {
    it(`${JSON.stringify(path)} is ${text || "empty"}`, () => assert.equal(pathText(path), text));
  }

  it("is another one for every other path", () => {
    const key = fc.oneof(fc.stringMatching(/^[a.[\]"0\\]{0,4}$/), fc.nat(3));
    const paths = fc.array(key, { maxLength: 3 });
    fc.assert(
      fc.property(paths, paths, (one, other) => {
        if (JSON.stringify(one) !== JSON.stringify(other)) assert.notEqual(pathText(one), pathText(other));
      }),
    );
  });
});

describe("the leaves of a value", () => {
  it("are told with their paths; what is unknown is one, what is undefined is none", () => {
    assert.deepEqual(leaves({ a: { b: 1, c: undefined }, d: [true, null], e: Unknown.value, f: {} }), [
      { path: ["a", "b"], value: 1 },
      { path: ["d", 0], value: true },
      { path: ["d", 1], value: null },
      { path: ["e"], value: Unknown.value },
    ]);
  });

  it("are found again at their paths", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]$/), fc.jsonValue({ maxDepth: 3 })), (value) => {
        for (const { path, value: leaf } of leaves(value)) assert.equal(getAt(value, path), leaf);
      }),
    );
  });

  it("are left out where they are mapped to undefined, but an array keeps its places", () => {
    const value: Json = { a: { b: 1, c: 2 }, d: [1, 2] };
    assert.deepEqual(
      mapLeaves(value, (leaf) => (leaf === 1 ? undefined : leaf)),
      { a: { c: 2 }, d: [undefined, 2] },
    );
    assert.deepEqual(value, { a: { b: 1, c: 2 }, d: [1, 2] });
  });
});

describe("what a value says", () => {
  const cases: [have: unknown, want: unknown, isCovered: boolean][] = [
    [{ a: 1, b: 2 }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ a: 1, b: 2 }, { a: 1, b: undefined }, false],
    [{ a: 1 }, { a: Unknown.value, b: Unknown.value }, true],
    [{ a: [{ b: 1, c: 2 }] }, { a: [{ b: 1 }] }, true],
    [{ a: [1, 2] }, { a: [1] }, false],
    [{ a: [2, 1] }, { a: [1, 2] }, false],
    [{ a: 1 }, { a: [1] }, false],
    [undefined, { a: 1 }, false],
  ];
  for (const [have, want, isCovered] of cases) {
    it(`${JSON.stringify(want)} is ${isCovered ? "" : "not "}so in ${JSON.stringify(have)}`, () =>
      assert.equal(covers(have, want), isCovered));
  }

  it("tells which elements of two lists are the same, and the others fill up", () => {
    const [a, b, c] = [
      { n: "a", w: 1 },
      { n: "b", w: 1 },
      { n: "c", w: 1 },
    ];
    assert.deepEqual(inOrderOf([a, b, c], [{ n: "c" }, { n: "a" }]), [c, a, b]);
    assert.deepEqual(inOrderOf([a, b], [{ n: "c" }, { n: "b" }, { n: "d" }]), [a, b, undefined]);
    assert.deepEqual(inOrderOf([{ n: "a" }], [b, a]), [undefined, { n: "a" }]);
    assert.deepEqual(inOrderOf([], [a]), [undefined]);
    assert.deepEqual(inOrderOf([b, a], []), [b, a]);
  });
});

describe("looking at a path", () => {
  it("finds nothing below what is not there", () => {
    for (const value of [undefined, null, 1, "text", {}, []]) assert.equal(getAt(value, ["a", "b", 0]), undefined);
  });

  it("takes no array, null or unknown for an object", () => {
    assert.deepEqual([{}, [], null, Unknown.value, "a"].map(isObject), [true, false, false, false, false]);
  });
});
