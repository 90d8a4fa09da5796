import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { diff } from "../../../provider/core/diff";
import { type Json, pathText, Unknown } from "../../../provider/core/values";

const end = z.strictObject({
  name: z.string().meta({ replaces: true }),
  mtu: z.int().optional().meta({ kernelDefault: 1500 }),
  mac: z
    .string()
    .optional()
    .meta({ kernelDefault: () => "any" }),
});
const schema = z.strictObject({
  key: z.string().meta({ replaces: true }),
  label: z.string().optional().meta({ replaces: true }),
  value: z.string(),
  end: end.optional(),
  hops: z.array(end).optional(),
  set: z.array(end).optional().meta({ unordered: true }),
});

const BASE = { key: "k", value: "1", end: { name: "a" }, hops: [{ name: "b" }] };
const SET = [{ name: "a" }, { name: "b", mtu: 68 }, { name: "c" }];
const unknown = Unknown.value;

/** `value: update`, with `!` for what replaces. */
function changes(old: Json, want: Json, more: { state?: Json; ignore?: string[] } = {}): string[] {
  return diff({ schema, old, want, state: more.state ?? old, ...(more.ignore && { ignore: more.ignore }) }).map(
    ({ path, kind, replaces }) => `${pathText(path)}: ${kind}${replaces ? "!" : ""}`,
  );
}

describe("the changes between inputs", () => {
  const cases: [what: string, want: Json, changes: string[]][] = [
    ["the same is none", { ...BASE }, []],
    ["the same in another order is none", { hops: BASE.hops, end: BASE.end, value: "1", key: "k" }, []],
    ["a new value is an update", { ...BASE, value: "2" }, ["value: update"]],
    ["a new value that replaces", { ...BASE, key: "l" }, ["key: update!"]],
    ["a new property", { ...BASE, label: "x" }, ["label: add!"]],
    ["a new property within an object", { ...BASE, end: { name: "a", mtu: 9000 } }, ["end.mtu: add"]],
    ["a change within an object that replaces", { ...BASE, end: { name: "c" } }, ["end.name: update!"]],
    ["a change within an array", { ...BASE, hops: [{ name: "c" }] }, ["hops[0].name: update!"]],
    [
      "one more in an array",
      { ...BASE, hops: [...BASE.hops, { name: "c", mtu: 68 }] },
      ["hops[1].name: add!", "hops[1].mtu: add"],
    ],
    ["a removed object", { key: "k", value: "1", hops: BASE.hops }, ["end.name: delete!"]],
    ["an emptied array", { ...BASE, hops: [] }, ["hops[0].name: delete!"]],
    ["several, each by itself", { ...BASE, key: "l", value: "2" }, ["key: update!", "value: update"]],
    ["an unknown value", { ...BASE, value: unknown }, ["value: update"]],
    ["an unknown value that replaces", { ...BASE, key: unknown }, ["key: update!"]],
    ["an unknown new property", { ...BASE, label: unknown }, ["label: add!"]],
    ["an unknown object may bring a replacement", { ...BASE, end: unknown }, ["end: update!"]],
    ["an unknown array may bring a replacement", { ...BASE, hops: unknown }, ["hops: update!"]],
  ];
  for (const [what, want, expected] of cases) {
    it(`${what}: ${expected.join(", ") || "nothing"}`, () => assert.deepEqual(changes(BASE, want), expected));
  }

  const sets: [what: string, want: unknown, changes: string[]][] = [
    ["another order is none", [{ name: "c" }, { name: "b", mtu: 68 }, { name: "a" }], []],
    ["an element that comes replaces nothing", [{ name: "d" }, ...SET], ["set[0].name: add"]],
    ["nor one that goes", SET.slice(1), ["set[2].name: delete"]],
    ["one that changes", [{ name: "c" }, { name: "b", mtu: 69 }, { name: "a" }], ["set[1].mtu: update"]],
    ["one that becomes another", [{ name: "d" }, ...SET.slice(1)], ["set[0].name: update!"]],
    ["one that is not known yet", [{ name: unknown }, ...SET.slice(1)], ["set[0].name: update!"]],
    [
      "all that go",
      undefined,
      ["set[0].name: delete!", "set[1].name: delete!", "set[1].mtu: delete", "set[2].name: delete!"],
    ],
  ];
  for (const [what, set, expected] of sets) {
    it(`in a list without order, ${what}: ${expected.join(", ") || "nothing"}`, () => {
      assert.deepEqual(changes({ ...BASE, set: SET }, set === undefined ? BASE : { ...BASE, set }), expected);
    });
  }

  it("in a list without order are none for what is spelled out now and was so by default", () => {
    const state = { ...BASE, set: SET.map((one) => ({ mtu: 1500, ...one })) };
    const want = { ...BASE, set: [{ name: "c", mtu: 1500 }, ...SET.slice(0, 2)] };
    assert.deepEqual(changes({ ...BASE, set: SET }, want, { state }), []);
  });

  it("are none for what is spelled out now and was so by default", () => {
    const state = { ...BASE, label: "auto", end: { name: "a", mtu: 1500, mac: "02:00:00:00:00:01" } };
    const want = { ...BASE, label: "auto", end: { name: "a", mtu: 1500, mac: "02:00:00:00:00:01" } };
    assert.deepEqual(changes(BASE, want, { state }), []);
    assert.deepEqual(changes(BASE, { ...want, end: { name: "a", mtu: 1501 } }, { state }), ["end.mtu: add"]);
  });

  it("are none for a removed property that is at the kernel's own value anyhow", () => {
    const at = (mtu: number) => ({ ...BASE, end: { name: "a", mtu } });
    assert.deepEqual(changes(at(1500), BASE), []);
    assert.deepEqual(changes(at(1400), BASE), ["end.mtu: delete"]);
  });

  it("are one for a removed property whose value the kernel would choose anew", () => {
    assert.deepEqual(changes({ ...BASE, end: { name: "a", mac: "any" } }, BASE), ["end.mac: delete"]);
  });

  it("leave out what the program ignores, and what is below it", () => {
    const want = { key: "l", value: "2", end: { name: "c", mtu: 68 }, hops: [{ name: "c" }] };
    const all = ["key: update!", "value: update", "end.name: update!", "end.mtu: add", "hops[0].name: update!"];
    const without = (...gone: number[]) => all.filter((_, index) => !gone.includes(index));
    assert.deepEqual(changes(BASE, want), all);
    assert.deepEqual(changes(BASE, want, { ignore: ["*"] }), []);
    assert.deepEqual(changes(BASE, want, { ignore: ["key"] }), without(0));
    assert.deepEqual(changes(BASE, want, { ignore: ["end"] }), without(2, 3));
    assert.deepEqual(changes(BASE, want, { ignore: ["end.mtu"] }), without(3));
    assert.deepEqual(changes(BASE, want, { ignore: ["hops"] }), without(4));
    assert.deepEqual(changes(BASE, want, { ignore: ["hops[0]", "val", "en", "end.m"] }), without(4));
  });
});

describe("the changes between any values at all", () => {
  const keys = fc.constantFrom("key", "end", "hops", "name", "mtu", "__proto__", "toString", "constructor", "length");
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(unknown));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.dictionary(keys, tie("value")),
      fc.array(tie("value"), { maxLength: 3 }),
    ),
  }));
  const anything = fc.dictionary(keys, value, { maxKeys: 4 }) as fc.Arbitrary<Json>;

  it("are found without an error", () => {
    fc.assert(
      fc.property(anything, anything, anything, (old, state, want) => {
        diff({ schema, old, state, want });
      }),
    );
  });

  it("are told once for each path", () => {
    fc.assert(
      fc.property(anything, anything, (old, want) => {
        const paths = diff({ schema, old, state: {}, want }).map(({ path }) => JSON.stringify(path));
        assert.equal(new Set(paths).size, paths.length);
      }),
    );
  });
});
