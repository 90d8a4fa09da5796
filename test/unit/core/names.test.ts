import assert from "node:assert/strict";
import { z } from "zod";
import { parse } from "../../../provider/core/check";
import { diff } from "../../../provider/core/diff";
import { fieldAt } from "../../../provider/core/meta";
import { longName, ovsDatabase, textMap, tooLong } from "../../../provider/core/names";
import { Unknown } from "../../../provider/core/values";

const reasonOf = (field: z.ZodType, value: unknown) => field.safeParse(value).error?.issues[0]?.message;

describe("a name that may be no device's", () => {
  it("has the letters of one, and another length", () => {
    assert.equal(reasonOf(longName(20), "a".repeat(20)), undefined);
    assert.equal(reasonOf(longName(20), "a".repeat(21)), "is longer than 20 bytes");
    assert.equal(reasonOf(longName(20), "a b"), "must not contain white space");
    assert.equal(reasonOf(longName(20), ""), "must not be empty");
    assert.match(tooLong("a".repeat(16)) ?? "", /IFNAMSIZ/);
    assert.equal(tooLong("a".repeat(15)), undefined);
  });
});

describe("the socket of an OVS database", () => {
  for (const socket of ["unix:/run/openvswitch/db.sock", "tcp:127.0.0.1:6640", "tcp:[::1]:6640"]) {
    it(`is ${socket}`, () => assert.equal(reasonOf(ovsDatabase(), socket), undefined));
  }
  for (const socket of [
    "",
    "/run/db.sock",
    "unix:db.sock",
    "tcp:127.0.0.1",
    "ssl:127.0.0.1:6640",
    "unix:/a b",
    "unix:/a?",
  ]) {
    it(`is not ${JSON.stringify(socket)}`, () => assert.notEqual(reasonOf(ovsDatabase(), socket), undefined));
  }
});

describe("a map of texts", () => {
  const schema = z.strictObject({ map: textMap().optional() });
  const reasons = (map: unknown) => parse(schema, { map }).faults.map(({ path, reason }) => [path, reason]);

  it("is checked key by key, and may be unknown as a whole or in part", () => {
    assert.deepEqual(parse(schema, { map: { "a-b": "1", c: Unknown.value } }).faults, []);
    assert.deepEqual(parse(schema, { map: Unknown.value }).faults, []);
    assert.deepEqual(reasons({ a: 1, b: "x\ny" }), [
      [["map", "a"], "must be a string"],
      [["map", "b"], "must not contain control characters"],
    ]);
    assert.deepEqual(reasons({ "": "1" }), [[["map", ""], "must not have an empty key"]]);
    assert.match(String(reasons({ "a=b": "1" })[0]?.[1]), /^is not a key/);
    assert.deepEqual(reasons("a"), [[["map"], "must be an object"]]);
  });

  it("changes key by key", () => {
    const [old, want] = [{ map: { a: "1", b: "2" } }, { map: { a: "3", c: "4" } }];
    assert.deepEqual(
      diff({ schema, old, state: old, want }).map(({ path, kind }) => [path.join("."), kind]),
      [
        ["map.a", "update"],
        ["map.c", "add"],
        ["map.b", "delete"],
      ],
    );
    assert.ok(fieldAt(schema, ["map", "anything"]));
  });
});
