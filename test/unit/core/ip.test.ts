import assert from "node:assert/strict";
import { BlockList } from "node:net";
import fc from "fast-check";
import { canonicalIp, familyOf, networkOf, notAssignable, parseCidr } from "../../../provider/core/ip";
import { cidrs, ips } from "../../support/inputs/valueArbitraries";

describe("an IP address in canonical form", () => {
  const forms: [written: string, canonical: string][] = [
    ["10.0.1.1", "10.0.1.1"],
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["2001:DB8::1", "2001:db8::1"],
    ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["::1", "::1"],
    ["fe80::", "fe80::"],
    ["::ffff:10.0.1.1", "::ffff:10.0.1.1"],
    ["::FFFF:0a00:0101", "::ffff:10.0.1.1"],
    ["64:ff9b::10.0.1.1", "64:ff9b::a00:101"],
    ["::10.0.1.1", "::a00:101"],
  ];
  for (const [written, canonical] of forms) {
    it(`of ${written} is ${canonical}`, () => assert.equal(canonicalIp(written), canonical));
  }

  const refused = [
    "",
    " 10.0.1.1",
    "10.0.1.1\n",
    "10.0.1",
    "1",
    "0x0a.0.1.1",
    "010.0.1.1",
    "10.0.01.1",
    "10.0.1.256",
    "10.0.1.1.1",
    "fe80::1%eth0",
    "fe80::1%",
    "2001:db8::1::2",
    "2001:db8:::1",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "12345::1",
    "::ffff:10.0.01.1",
    "::ffff:10.0.1.256",
    "[::1]",
    "::1/64",
    "localhost",
  ];
  for (const written of refused) {
    it(`of ${JSON.stringify(written)} there is none`, () => assert.equal(canonicalIp(written), undefined));
  }

  it("is there for every address, and is its own canonical form", () => {
    fc.assert(
      fc.property(ips, (written) => {
        const canonical = canonicalIp(written);
        assert.ok(canonical !== undefined);
        assert.equal(canonicalIp(canonical), canonical);
      }),
    );
  });

  it("does not depend on the case or the leading zeros of an IPv6 group", () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const long = groups.map((one) => one.toString(16).padStart(4, "0")).join(":");
        const short = groups.map((one) => one.toString(16).toUpperCase()).join(":");
        assert.equal(canonicalIp(long), canonicalIp(short));
      }),
    );
  });
});

describe("an address with prefix length", () => {
  it("is taken apart with its host bits kept", () => {
    assert.deepEqual(parseCidr("10.0.1.1/24"), {
      family: "inet",
      address: "10.0.1.1",
      prefixLength: 24,
    });
    assert.deepEqual(parseCidr("2001:DB8::1/64"), {
      family: "inet6",
      address: "2001:db8::1",
      prefixLength: 64,
    });
  });

  const refused = ["10.0.1.1", "10.0.1.1/", "/24", "10.0.1.1/33", "::1/129", "::1/1000", "10.0.1.1/024", "10.0.1.1/-1"];
  for (const written of [...refused, "10.0.1.1/24/24", "10.0.1.1/ 24", "10.0.1.1/255.255.255.0", "fe80::1%eth0/64"]) {
    it(`is not ${JSON.stringify(written)}`, () => assert.equal(parseCidr(written), undefined));
  }

  it("survives being put together and taken apart again", () => {
    fc.assert(
      fc.property(cidrs, (written) => {
        const parsed = parseCidr(written);
        assert.ok(parsed);
        assert.equal(parsed.family, familyOf(written));
        assert.deepEqual(parseCidr(`${parsed.address}/${parsed.prefixLength}`), parsed);
      }),
    );
  });

  it("lies in its network, which is that of every address in it", () => {
    fc.assert(
      fc.property(cidrs, (written) => {
        const parsed = parseCidr(written);
        assert.ok(parsed);
        const network = networkOf(parsed.address, parsed.prefixLength);
        const [base = "", length] = network.split("/");
        const block = new BlockList();
        const family = parsed.family === "inet" ? "ipv4" : "ipv6";
        block.addSubnet(base, parsed.prefixLength, family);
        assert.ok(block.check(parsed.address, family));
        assert.equal(Number(length), parsed.prefixLength);
        assert.equal(networkOf(base, parsed.prefixLength), network);
      }),
    );
  });
});

describe("whether a device can have an address", () => {
  const reasons: [address: string, reason: string | undefined][] = [
    ["0.0.0.0", "is the unspecified address"],
    ["::", "is the unspecified address"],
    ["255.255.255.255", "is the limited broadcast address"],
    ["224.0.0.1", "is a multicast address, which is joined and not assigned"],
    ["239.255.255.255", "is a multicast address, which is joined and not assigned"],
    ["ff02::1", "is a multicast address, which is joined and not assigned"],
    ["223.255.255.255", undefined],
    ["240.0.0.1", undefined],
    ["127.0.0.1", undefined],
    ["fe80::1", undefined],
    ["ff::1", undefined],
    ["fff::1", undefined],
  ];
  for (const [address, reason] of reasons) {
    it(`${address}: ${reason ?? "yes"}`, () => assert.equal(notAssignable(address), reason));
  }
});
