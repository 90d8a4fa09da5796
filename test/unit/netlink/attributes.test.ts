import assert from "node:assert/strict";
import fc from "fast-check";
import * as attributes from "../../../provider/netlink/attributes";
import { Cursor, Writer } from "../../../provider/netlink/bytes";

const { by, many, nested, struct, Table, u16, u32, u8 } = attributes;

type Inner = Record<"port" | "self", readonly [number, attributes.Codec<unknown>]>;

/** One of each sort, and one that can hold itself. */
const inner: attributes.Table<Inner> = new Table("IN_", {
  port: [1, attributes.be16],
  self: [2, lazily(() => nested(inner))],
});
const outer = new Table("OUT_", {
  kind: [1, attributes.string],
  data: [2, by("kind", { plain: u32, deep: nested(inner) })],
  mac: [3, attributes.mac],
  netNsFd: [4, attributes.ip],
  rows: [7, many(struct({ flags: u16, vid: u16 }))],
  size: [8, attributes.u64],
  small: [9, u8],
  signed: [10, attributes.s32],
});

// biome-ignore lint/suspicious/noExplicitAny: a table in itself has no type that could be written.
function lazily(make: () => attributes.Codec<any>): attributes.Codec<any> {
  return {
    write: (to, value, whole) => make().write(to, value, whole),
    read: (from, whole) => make().read(from, whole),
    inside: (whole) => make().inside?.(whole),
  };
}

type Outer = attributes.Values<typeof outer>;

function bytesOf(values: Outer): Buffer {
  const to = new Writer();
  outer.write(to, values);
  return to.written;
}

/** What is read of bytes that have others before and behind them, or the error. */
function read(bytes: Uint8Array, around: number): unknown {
  const buffer = Buffer.concat([Buffer.alloc(16, around), bytes, Buffer.alloc(64, around)]);
  const from = new Cursor(buffer, 16, 16 + bytes.length);
  const values = outer.read(from);
  try {
    from.check();
    return values;
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

const deep = { kind: "deep", data: { port: 80, self: { port: 443 } } };
const values: fc.Arbitrary<Outer> = fc.record(
  {
    kind: fc.constantFrom("plain", "strange"),
    data: fc.constant(7),
    mac: fc.constantFrom("02:00:00:00:00:01", "ff:ff"),
    netNsFd: fc.constantFrom("10.0.0.1", "2001:db8::1"),
    rows: fc.array(fc.record({ flags: fc.nat(65535), vid: fc.nat(4094) }, { noNullPrototype: true }), {
      minLength: 1,
      maxLength: 200,
    }),
    size: fc.nat(),
    small: fc.nat(255),
    signed: fc.integer(),
  },
  { requiredKeys: ["kind"], noNullPrototype: true },
);

describe("attributes", () => {
  it("are length, type and value, each from a multiple of four on", () => {
    assert.equal(
      bytesOf({ kind: "plain", small: 9 }).toString("hex"),
      "0a000100706c61696e00" + "0000" + "0500090009" + "000000",
    );
    assert.equal(
      bytesOf(deep).subarray(12).toString("hex"),
      "180002000600010000500000" + "0c000200" + "0600010001bb0000",
    );
  });

  it("are read as what was written", () => {
    assert.deepEqual(read(bytesOf(deep), 0), deep);
    fc.assert(
      fc.property(values, (given) => {
        const { data, ...rest } = given;
        const isKnown = given.kind === "plain" && data !== undefined;
        const want = { ...rest, ...(data !== undefined && { data: isKnown ? data : undefined }) };
        assert.deepEqual(read(bytesOf(given), 0xff), want);
      }),
    );
  });

  it("are written whatever their length", () => {
    for (let length = 200; length < 600; length += 1) {
      const kind = "x".repeat(length);
      assert.deepEqual(read(bytesOf({ kind, small: 1 }), 0), { kind, small: 1 });
    }
  });

  it("that are in no table are passed over", () => {
    const to = new Writer();
    to.attribute(99, () => to.u32(1));
    to.attribute(9 | 0x8000, () => to.u8(3));
    assert.deepEqual(read(to.written, 0), { small: 3 });
  });

  it("do not take a value that has no room", () => {
    assert.throws(() => bytesOf({ small: 256 }), RangeError);
    assert.throws(() => bytesOf({ kind: "x".repeat(65535) }), RangeError);
  });

  it("whatever bytes they are, give a value or an error, and never what is before or behind them", () => {
    const spoilt = fc
      .tuple(values, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat())
      .map(([given, changes, cut]) => {
        const bytes = Buffer.from(bytesOf(given));
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        return bytes.subarray(0, cut % (bytes.length + 1));
      });
    fc.assert(
      fc.property(fc.oneof(spoilt, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        const found = read(bytes, 0);
        assert.deepEqual(read(bytes, 0xff), found);
        assert.ok(
          typeof found === "object" || /^a netlink message (ends|has|is nested)/.test(String(found)),
          String(found),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it("nested too deep are an error, and not the end of the stack", () => {
    const to = new Writer();
    const nest = (depth: number): void => to.attribute(2, () => (depth > 0 ? nest(depth - 1) : undefined));
    to.attribute(1, () => to.bytes(Buffer.from("deep\0")));
    nest(1000);
    assert.equal(read(to.written, 0), "a netlink message is nested more than 16 deep");
  });

  it("of a wrong length say so, and the first error stays", () => {
    const shown = (hex: string) => read(Buffer.from(hex, "hex"), 0);
    assert.equal(shown("03000100"), "a netlink message has an attribute of 3 bytes");
    assert.equal(shown("09000900" + "01000000"), "a netlink message ends 1 bytes too early");
    assert.equal(shown("04000900" + "0300"), "a netlink message ends 1 bytes too early");
    assert.equal(shown("07000400" + "01020300" + "0300"), "a netlink message has an IP address of 3 bytes");
  });
});
