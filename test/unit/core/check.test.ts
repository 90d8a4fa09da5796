import assert from "node:assert/strict";
import { z } from "zod";
import { knownParts, parse } from "../../../provider/core/check";
import { ifName, mtu } from "../../../provider/core/fields";
import { type Json, pathText, Unknown } from "../../../provider/core/values";

const end = z.strictObject({ name: ifName(), mtu: mtu().optional(), up: z.boolean().default(true) });
const schema = z.strictObject({
  name: ifName(),
  upper: z
    .string()
    .overwrite((text) => text.toUpperCase())
    .optional(),
  on: z.boolean({ error: "must be true or false" }).default(true),
  end: end.optional(),
  ends: z.array(end).optional(),
});

const unknown = Unknown.value;
const said = (values: Json) => parse(schema, values).faults.map(({ path, reason }) => `${pathText(path)}: ${reason}`);

describe("parsing inputs", () => {
  it("fills in defaults, nested as well", () => {
    assert.deepEqual(parse(schema, { name: "a", end: { name: "b" } }), {
      parsed: { name: "a", on: true, end: { name: "b", up: true } },
      faults: [],
    });
  });

  it("gives values in canonical form", () => {
    assert.equal(parse(schema, { name: "a", upper: "b" }).parsed.upper, "B");
  });

  it("lets what is unknown pass at any depth, and keeps it", () => {
    for (const values of [
      { name: unknown, upper: unknown, on: unknown, end: unknown, ends: unknown },
      { name: "a", on: unknown, end: { name: unknown, mtu: unknown, up: unknown }, ends: [unknown] },
      { name: "a", on: false, ends: [{ name: "b", mtu: unknown, up: unknown }] },
    ]) {
      assert.deepEqual(parse(schema, values), { parsed: values, faults: [] });
    }
  });

  it("still checks what stands beside the unknown", () => {
    assert.deepEqual(said({ name: unknown, on: 1, end: { name: unknown, mtu: 1, more: unknown } }), [
      "on: must be true or false",
      "end.mtu: is below 68, the minimum of IPv4 (RFC 791)",
      "end.more: is not a property of this; there are `name`, `mtu`, `up`",
    ]);
  });

  it("tells all faults at once, each at its path", () => {
    assert.deepEqual(said({ on: "yes", end: { mtu: 1, up: 0 }, ends: [{ name: "a b" }, "c"], extra: 1 }), [
      "name: is required",
      "on: must be true or false",
      "end.name: is required",
      "end.mtu: is below 68, the minimum of IPv4 (RFC 791)",
      "end.up: Invalid input: expected boolean, received number",
      "ends[0].name: must not contain white space",
      "ends[1]: must be an object",
      "extra: is not a property of this; there are `name`, `upper`, `on`, `end`, `ends`",
    ]);
  });

  it("says of what is no list what its schema says, where that says something", () => {
    const words = z.array(z.string(), { error: "must be a list of words" });
    const { faults } = parse(z.strictObject({ ends: z.array(end), words }), { ends: 1, words: "a b" });
    assert.deepEqual(
      faults.map(({ reason }) => reason),
      ["must be a list", "must be a list of words"],
    );
  });

  it("asks whether a misspelt key was meant to be one that there is, nested as well", () => {
    assert.deepEqual(said({ nam: 1, name: "a", end: { name: "b", mut: 1 }, ends: [{ name: "c", UP: true }] }), [
      "end.mut: is not a property of this; did you mean `mtu`?",
      "ends[0].UP: is not a property of this; did you mean `up`?",
      "nam: is not a property of this; did you mean `name`?",
    ]);
  });

  it("knows no property that only JavaScript's objects have", () => {
    const values = JSON.parse('{ "name": "a", "__proto__": 1, "constructor": 2 }');
    assert.deepEqual(
      parse(schema, values).faults.map(({ path }) => path),
      [["__proto__"], ["constructor"]],
    );
  });

  it("changes nothing of what it is given", () => {
    const values = { name: "a", upper: "b", end: { name: "c", mtu: undefined } };
    const before = structuredClone(values);
    parse(schema, values);
    assert.deepEqual(values, before);
  });
});

describe("what is known of inputs with faults", () => {
  it("leaves out the value of what is wrong or unknown, with all below it, and keeps its place", () => {
    const values = { name: "a", on: "yes", end: { name: "b", mtu: unknown }, ends: unknown };
    const faults = [{ path: ["on"], reason: "" }];
    assert.deepEqual(knownParts(values, faults), {
      name: "a",
      on: undefined,
      end: { name: "b", mtu: undefined },
      ends: undefined,
    });
    assert.deepEqual(knownParts(values, [{ path: ["end"], reason: "" }]).end, undefined);
  });
});
