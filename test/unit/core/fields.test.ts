import assert from "node:assert/strict";
import fc from "fast-check";
import type { z } from "zod";
import * as fields from "../../../provider/core/fields";
import { cidrs, ifNames, ips, macs, netnsNames, netnsRefs, texts } from "../../support/inputs/valueArbitraries";

describe("the canonical form of a field", () => {
  it("is in lower case for a MAC", () => assert.equal(fields.mac().parse("02:AB:cd:EF:00:01"), "02:ab:cd:ef:00:01"));
  it("is that of RFC 5952 for addresses", () => {
    assert.equal(fields.cidr().parse("2001:DB8:0::1/64"), "2001:db8::1/64");
    assert.equal(fields.ipAddress().parse("2001:DB8:0::1"), "2001:db8::1");
  });

  it("has the length of one host for a prefix that is an address, and is a word for all of IPv4", () => {
    const forms = {
      "0.0.0.0/0": "default",
      "10.9.9.9": "10.9.9.9/32",
      "2001:DB8::": "2001:db8::/128",
      "0::0/0": "::/0",
    };
    for (const [written, form] of Object.entries(forms)) assert.equal(fields.ipPrefix().parse(written), form);
  });

  it("is hexadecimal for a mark, without the mask of all bits", () => {
    const forms = { "16": "0x10", "0X0FF": "0xff", "16/255": "0x10/0xff", "1/0xffffffff": "0x1" };
    for (const [written, form] of Object.entries(forms)) assert.equal(fields.fwmark().parse(written), form);
    assert.equal(fields.fwmark().parse(16), "0x10");
  });

  it("is the name for a path under /run/netns, where that is a name", () => {
    const ref = fields.netnsRef();
    for (const path of ["/run/netns/net0", "/var/run/netns/net0"]) assert.equal(ref.parse(path), "net0");
    for (const path of ["/run/netns/-x", "/run/netns/a/b", "/run/netns"]) assert.equal(ref.parse(path), path);
  });

  const anything = fc.oneof(texts, fc.webPath());
  const arbitraries = fc.oneof(anything, ifNames, netnsNames, netnsRefs, macs, cidrs, ips);
  for (const [name, make] of Object.entries(fields)) {
    it(`survives a second parse unchanged: ${name}`, () => {
      fc.assert(
        fc.property(fc.oneof(arbitraries, fc.integer()), (value) => {
          const first = make().safeParse(value);
          if (first.success) assert.deepEqual(make().safeParse(first.data), first);
        }),
      );
    });
  }
});

describe("what is taken for a name", () => {
  const any = fc.oneof(texts, fc.webPath());
  const taken = (field: z.ZodType<string>) =>
    any.map((text) => field.safeParse(text).data).filter((one) => one != null);

  it("can be a word of a command, whatever it is: not empty, no blank, no line's end, no option", () => {
    for (const field of [fields.ifName(), fields.netnsName(), fields.netnsRef()]) {
      fc.assert(
        fc.property(taken(field), (name) => {
          assert.match(name, /^[^\s-][^\s]*$/u);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
          assert.doesNotMatch(name, /[\u0000-\u001f\u007f]/);
        }),
      );
    }
  });

  it("is one part of a path for a device and for a namespace", () => {
    for (const field of [fields.ifName(), fields.netnsName()]) {
      fc.assert(
        fc.property(taken(field), (name) => {
          assert.ok(!name.includes("/") && name !== "." && name !== "..");
        }),
      );
    }
  });

  it("leads a namespace's path nowhere else", () => {
    fc.assert(
      fc.property(taken(fields.netnsRef()), (ref) => {
        const path = ref.startsWith("/") ? ref : `/run/netns/${ref}`;
        assert.equal(new URL(encodeURI(path), "file:///").pathname.split("/").length, path.split("/").length);
      }),
    );
  });
});
