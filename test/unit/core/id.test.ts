import assert from "node:assert/strict";
import fc from "fast-check";
import { netnsRef } from "../../../provider/core/fields";
import { joinId, splitId } from "../../../provider/core/id";
import { ifNames, netnsRefs } from "../../support/inputs/valueArbitraries";

describe("an id", () => {
  const forms: [id: string, count: number, split: ReturnType<typeof splitId>][] = [
    ["veth0", 1, { parts: ["veth0"] }],
    ["net0/veth0", 1, { netns: "net0", parts: ["veth0"] }],
    ["/proc/4242/ns/net/veth0", 1, { netns: "/proc/4242/ns/net", parts: ["veth0"] }],
    ["veth0/10.0.1.1/24", 3, { parts: ["veth0", "10.0.1.1", "24"] }],
    ["net0/veth0/10.0.1.1/24", 3, { netns: "net0", parts: ["veth0", "10.0.1.1", "24"] }],
    ["", 1, undefined],
    ["/", 1, undefined],
    ["/veth0", 1, undefined],
    ["net0/", 1, undefined],
    ["10.0.1.1/24", 3, undefined],
    ["veth0//24", 3, undefined],
  ];
  for (const [id, count, split] of forms) {
    it(`${JSON.stringify(id)} of ${count} is ${JSON.stringify(split) ?? "none"}`, () => {
      assert.deepEqual(splitId(id, count), split);
    });
  }

  it("survives being put together and taken apart, whatever the namespace", () => {
    const parts = fc.array(ifNames, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.option(netnsRefs, { nil: undefined }), parts, (netns, names) => {
        assert.deepEqual(splitId(joinId(netns, ...names), names.length), {
          ...(netns === undefined ? {} : { netns: netnsRef().parse(netns) }),
          parts: names,
        });
      }),
    );
  });

  it("that can be taken apart is the same when put together again", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a/.]{0,12}$/), fc.integer({ min: 1, max: 3 }), (id, count) => {
        const split = splitId(id, count);
        if (split) assert.equal(joinId(split.netns, ...split.parts), id);
      }),
    );
  });
});
