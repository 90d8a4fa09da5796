import assert from "node:assert/strict";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { parse } from "../../../provider/core/check";
import { getAt, type Json, leaves, mapLeaves, type Path, Unknown } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { decode, encode, secretTexts } from "../../../provider/server/property";
import { inputsOf } from "../../support/inputs/arbitraries";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", value });
const output = (more: Json) => ({ [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", ...more });
const resource = (more: Json) => ({ [SIGNATURE]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:a", ...more });
const asset = { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", text: "hi" };
const archive = { [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", assets: {} };

type Plain = Parameters<typeof Struct.fromJavaScript>[0];
const wire = (value: Json) => decode(Struct.fromJavaScript(value as Plain));

/** What comes back as it was: google-protobuf itself drops keys named `__proto__`, JSON has no -0, and null means nothing. */
const json = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }))
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll("__proto__", "proto"), (_, inner) => inner ?? 0) as Json);

describe("properties on the wire", () => {
  it("are the same after a way there and back", () => {
    fc.assert(
      fc.property(json, (values) => {
        assert.deepEqual(decode(encode(values)), { values, secrets: [] });
      }),
    );
  });

  it("are left out where they are null, in objects at any depth", () => {
    const { values, secrets } = wire({
      ...{ a: null, b: secret(null), c: output({ value: null, secret: true }), d: resource({ urn: null }) },
      ...{ e: { f: null, g: 1 }, h: [{ i: null }, null] },
    });
    assert.deepEqual(values, { e: { g: 1 }, h: [{}, null] });
    assert.deepEqual(secrets, [["b"], ["c"]]);
  });

  it("are none where there is no struct", () => {
    assert.deepEqual(decode(undefined), { values: {}, secrets: [] });
  });

  it("are secret again at the same places, at any depth, and in clear in between", () => {
    fc.assert(
      fc.property(json, fc.infiniteStream(fc.nat(2)), (values, coins) => {
        const paths: Path[] = [];
        for (const { path } of leaves(values)) {
          if (coins.next().value === 0) paths.push(path.slice(0, 1 + (coins.next().value ?? 0)));
        }
        const secrets = paths.filter((path, index) => index === paths.findIndex((one) => same(one, path)));
        const back = decode(encode(values, secrets));
        assert.deepEqual(back.values, values);
        assert.deepEqual(new Set(back.secrets.map(String)), new Set(secrets.map(String)));
        assert.deepEqual(encode(back.values, back.secrets).toJavaScript(), encode(values, secrets).toJavaScript());
      }),
    );
  });

  it("are decoded from secrets within secrets, in lists and in objects", () => {
    const { values, secrets } = wire({ a: secret({ b: [1, secret("x")] }), c: [secret(true)] });
    assert.deepEqual(values, { a: { b: [1, "x"] }, c: [true] });
    assert.deepEqual(secrets, [["a"], ["a", "b", 1], ["c", 0]]);
  });

  const unknowns = [
    ["bool", "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"],
    ["number", "3eeb2bf0-c639-47a8-9e75-3b44932eb421"],
    ["string", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"],
    ["array", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"],
    ["asset", "030794c1-ac77-496b-92df-f27374a8bd58"],
    ["archive", "e48ece36-62e2-4504-bad9-02848725956a"],
    ["object", "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"],
  ] as const;
  for (const [sort, sentinel] of unknowns) {
    it(`may hold what is unknown yet, as the sentinel of ${sort}`, () => {
      const { values } = wire({ a: sentinel, b: [sentinel], c: { d: secret(sentinel) }, e: `${sentinel}.` });
      assert.deepEqual(values, {
        a: Unknown.value,
        b: [Unknown.value],
        c: { d: Unknown.value },
        e: `${sentinel}.`,
      });
    });
  }

  it("give what is unknown as the sentinel that the engine knows", () => {
    const encoded = encode({ a: Unknown.value, b: [{ c: Unknown.value }] }, [["a"]]).toJavaScript();
    assert.deepEqual(encoded, { a: secret(unknowns[2][1]), b: [{ c: unknowns[2][1] }] });
  });

  it("leave out what is undefined", () => {
    assert.deepEqual(encode({ a: undefined, b: { c: undefined, d: null } }).toJavaScript(), { b: { d: null } });
  });

  it("may be outputs, known or not, secret or not", () => {
    const { values, secrets } = wire({
      a: output({ value: "x", dependencies: ["urn:b"] }),
      b: output({ value: "y", secret: true }),
      c: output({}),
      d: output({ secret: true }),
      e: { f: output({ value: { g: output({ value: secret(1) }) } }) },
    });
    assert.deepEqual(values, { a: "x", b: "y", c: Unknown.value, d: Unknown.value, e: { f: { g: 1 } } });
    assert.deepEqual(secrets, [["b"], ["d"], ["e", "f", "g"]]);
  });

  it("may be references to resources, which stand for their ids, and for their URNs without one", () => {
    const { values } = wire({
      custom: resource({ id: "net0" }),
      component: resource({}),
      preview: resource({ id: "" }),
      unknown: resource({ id: unknowns[2][1] }),
    });
    assert.deepEqual(values, { custom: "net0", component: "urn:a", preview: Unknown.value, unknown: Unknown.value });
  });
});

describe("an asset or an archive", () => {
  for (const kind of kinds) {
    it(`is refused by every property of a ${kind.type}`, () => {
      fc.assert(
        fc.property(inputsOf(kind), fc.nat(), fc.constantFrom(asset, archive), (inputs, nth, opaque) => {
          const places = [...leaves(inputs).map(({ path }) => path), ...Object.keys(inputs).map((key) => [key])];
          const place = places[nth % places.length] as Path;
          const values = mapLeaves(inputs, (leaf) => leaf) as Json;
          (getAt(values, place.slice(0, -1)) as Json)[place.at(-1) as string] = opaque;
          const { faults } = parse(kind.inputs, wire(values).values);
          assert.ok(faults.length > 0);
          for (const { path } of faults) assert.deepEqual(path.slice(0, place.length), place);
        }),
      );
    });
  }
});

describe("the texts of the secrets", () => {
  it("are those of every secret leaf, each once, and no empty one", () => {
    const values = { a: "abc", b: { c: 12345, d: true, e: ["abc", ""] }, f: "open", g: Unknown.value };
    assert.deepEqual(secretTexts({ values, secrets: [["a"], ["b"], ["g"], ["none"]] }), ["abc", "12345"]);
  });
});

function same(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((key, index) => key === other[index]);
}
