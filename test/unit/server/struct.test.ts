import assert from "node:assert/strict";
import { CreateRequest, DiffRequest } from "@pulumi/pulumi/proto/provider_pb";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Json } from "../../../provider/core/values";
import { messageIn } from "../../../provider/server/reply";
import { PackedStruct } from "../../../provider/server/struct";

/** google-protobuf drops keys named `__proto__` as well. */
const json = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }))
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll("__proto__", "proto")) as Json);
const theirs = (values: Json) => Struct.fromJavaScript(values as Parameters<typeof Struct.fromJavaScript>[0]);

describe("a Struct as bytes", () => {
  it("says the same to google-protobuf, and is read as google-protobuf writes it", () => {
    fc.assert(
      fc.property(json, (values) => {
        assert.deepEqual(Struct.deserializeBinary(PackedStruct.of(values).bytes).toJavaScript(), values);
        assert.deepEqual(new PackedStruct(theirs(values).serializeBinary()).toJavaScript(), values);
      }),
    );
  });

  it("goes into a message as it is, and comes out of one", () => {
    fc.assert(
      fc.property(json, json, (olds, news) => {
        const request = new DiffRequest()
          .setUrn("urn:a")
          .setName("a")
          .setOlds(PackedStruct.of(olds))
          .setNews(theirs(news));
        request.setIgnorechangesList(["a", "b"]);
        const message = messageIn({ name: "diff", request: Buffer.from(request.serializeBinary()) }) as DiffRequest;
        assert.deepEqual(message.getOlds()?.toJavaScript(), olds);
        assert.deepEqual(message.getNews()?.toJavaScript(), news);
        assert.equal(message.getOldInputs(), undefined);
        assert.deepEqual(
          [message.getUrn(), message.getName(), message.getIgnorechangesList()],
          ["urn:a", "a", ["a", "b"]],
        );
        assert.deepEqual(
          DiffRequest.deserializeBinary(message.serializeBinary()).toObject(),
          DiffRequest.deserializeBinary(request.serializeBinary()).toObject(),
        );
      }),
    );
  });

  it("leaves out what is undefined and keys that objects inherit by, and holds nothing but JSON", () => {
    assert.deepEqual(PackedStruct.of({ a: undefined, b: { c: undefined, d: null } }).toJavaScript(), {
      b: { d: null },
    });
    assert.deepEqual(PackedStruct.of(JSON.parse('{"__proto__": 1, "a": 2}')).toJavaScript(), { a: 2 });
    assert.throws(() => PackedStruct.of({ a: 1n }), /^Error: a bigint is no value of a property$/);
  });

  it("is an error where the bytes are none, or a value", () => {
    const create = new CreateRequest().setProperties(PackedStruct.of({ a: [1, { b: "c" }] })).serializeBinary();
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      // One byte of a good one is another.
      fc.tuple(fc.nat(create.length - 1), fc.nat(255)).map(([at, byte]) => create.with(at, byte)),
    );
    fc.assert(
      fc.property(bytes, (some) => {
        try {
          (messageIn({ name: "create", request: Buffer.from(some) }) as CreateRequest).getProperties()?.toJavaScript();
        } catch (error) {
          assert.ok(error instanceof Error && !/call stack/.test(error.message), String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
