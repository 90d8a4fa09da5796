import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalIp } from "../../../provider/core/ip";
import { ipBytes, ipText } from "../../../provider/netlink/ip";

describe("IP addresses as bytes", () => {
  it("are those of the text", () => {
    assert.deepEqual([...ipBytes("10.0.255.1")], [10, 0, 255, 1]);
    assert.equal(ipBytes("2001:db8::1").toString("hex"), "20010db8000000000000000000000001");
    assert.equal(ipBytes("::").toString("hex"), "00".repeat(16));
    assert.equal(ipBytes("::ffff:1.2.3.4").toString("hex"), "00000000000000000000ffff01020304");
  });

  it("come back in canonical form, whatever the form was", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        assert.equal(ipText(ipBytes(text)), canonicalIp(text));
      }),
    );
  });

  it("with runs of zeros shorten the longest, and of such the first", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 1, 0x10), { minLength: 8, maxLength: 8 }), (groups) => {
        const bytes = Buffer.from(groups.flatMap((group) => [0, group]));
        assert.equal(ipText(bytes), canonicalIp(groups.map((group) => group.toString(16)).join(":")));
      }),
    );
  });

  for (const text of [
    "",
    "10.0.0",
    "10.0.0.256",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    "::1.2.3",
    "g::",
  ])
    it(`refuse \`${text}\``, () => {
      assert.throws(() => ipBytes(text), { message: /is no IP address$/ });
    });
});
