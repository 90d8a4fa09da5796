import assert from "node:assert/strict";
import fc from "fast-check";
import { groupOf, isMark, newMark, randomMac } from "../../../provider/kernel/mark";
import { texts } from "../../support/inputs/valueArbitraries";

const URN = "urn:pulumi:dev::lab::netns:index:VethPair::link";
const urns = fc
  .tuple(texts, texts, fc.oneof(texts, fc.string({ minLength: 250, maxLength: 300 })))
  .map(([stack, project, name]) => `urn:pulumi:${stack}::${project}::netns:index:VethPair::${name}`);

describe("a mark of ownership", () => {
  it("says project, stack and name for people, and a token of its own", () => {
    assert.match(newMark(URN), /^pulumi:lab\/dev\/link:[0-9a-f]{18}$/);
  });

  it("takes the name after the type, which may hold colons as well", () => {
    assert.match(newMark("urn:pulumi:dev::lab::a$b::x::y"), /^pulumi:lab\/dev\/x_y:/);
  });

  it("is another one each time", () => {
    assert.equal(new Set(Array.from({ length: 100 }, () => newMark(URN))).size, 100);
  });

  it("fits an alias and an `ip -batch` line, whatever the URN is", () => {
    fc.assert(
      fc.property(fc.oneof(urns, texts), (urn) => {
        const mark = newMark(urn);
        assert.ok(Buffer.byteLength(mark) <= 255, `${Buffer.byteLength(mark)} bytes`);
        assert.match(mark, /^pulumi:[\w./-]*:[0-9a-f]{18}$/);
        assert.ok(isMark(mark));
      }),
    );
  });

  it("is not what other people write into an alias", () => {
    for (const alias of [undefined, "", "uplink", " pulumi:a", "Pulumi:a"]) assert.ok(!isMark(alias));
  });
});

describe("the link group that stands for a mark", () => {
  it("is a number that the kernel takes and that is not the default group", () => {
    fc.assert(
      fc.property(urns, (urn) => {
        const group = groupOf(newMark(urn));
        assert.match(group, /^[1-9]\d*$/);
        assert.ok(Number(group) <= 2 ** 28);
      }),
    );
  });

  it("is the same for the same mark, and another for another", () => {
    assert.equal(groupOf("pulumi:a"), groupOf("pulumi:a"));
    assert.notEqual(groupOf("pulumi:a"), groupOf("pulumi:b"));
  });
});

describe("a random MAC address", () => {
  it("is of one station, locally administered, and another one each time", () => {
    const macs = Array.from({ length: 200 }, randomMac);
    for (const mac of macs) assert.match(mac, /^[0-9a-f][26ae](:[0-9a-f]{2}){5}$/);
    assert.equal(new Set(macs).size, macs.length);
  });
});
