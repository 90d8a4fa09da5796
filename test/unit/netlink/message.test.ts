import assert from "node:assert/strict";
import { by, nested, struct, Table, u8, u16, u32 } from "../../../provider/netlink/attributes";
import { Writer } from "../../../provider/netlink/bytes";
import { Format, packed, type Received, refusal, unpacked } from "../../../provider/netlink/message";

const data = new Table("IN_", { id: [1, u32], port: [2, u16] });
const format = new Format(
  struct({ family: u8, kind: u8, _: u16 }),
  new Table("OUT_", { mtu: [1, u32], sort: [2, u8], linkData: [3, by("sort", { 7: nested(data) })] }),
);
const request = format.request(20, 0x600, { family: 2, mtu: 1500, sort: 7, linkData: { id: 5, port: 9 } });

/** An answer of the kernel: NLMSG_ERROR with the request's header alone, and what it says beside it. */
function answer(errno: number, says: (to: Writer) => void, flags = 0x300): Received {
  const to = new Writer();
  to.s32(-errno);
  to.bytes(packed([request], 1).subarray(0, flags & 0x100 ? 16 : undefined));
  says(to);
  const framed = new Writer();
  framed.u32(16 + to.written.length);
  framed.u16(2);
  framed.u16(flags);
  framed.u32(1);
  framed.u32(0);
  framed.bytes(to.written);
  const [message] = unpacked(framed.written);
  assert.ok(message);
  return message;
}

const words = (text: string) => (to: Writer) => to.attribute(1, () => to.bytes(Buffer.from(`${text}\0`)));
const number = (type: number, value: number) => (to: Writer) => to.attribute(type, () => to.u32(value));

describe("netlink messages", () => {
  it("go out one behind the other, numbered, each to be answered", () => {
    const bytes = packed([request, request], 7);
    assert.equal(bytes.length, 2 * 56);
    assert.equal(
      bytes.subarray(0, 28).toString("hex"),
      `3800000014000506070000000000000002000000${"08000100dc050000".slice(0, 16)}`,
    );
    assert.deepEqual(
      [...unpacked(bytes)].map(({ type, flags, sequence }) => ({ type, flags, sequence })),
      [
        { type: 20, flags: 0x605, sequence: 7 },
        { type: 20, flags: 0x605, sequence: 8 },
      ],
    );
  });

  it("are read as what was asked for", () => {
    const [message] = unpacked(packed([request], 1));
    assert.ok(message);
    assert.deepEqual(format.read(message), {
      family: 2,
      kind: 0,
      mtu: 1500,
      sort: 7,
      linkData: { id: 5, port: 9 },
    });
  });

  it("that end too early, or have no length, are an error", () => {
    const bytes = packed([request], 1);
    assert.throws(() => [...unpacked(bytes.subarray(0, 50))], { message: "a netlink message ends 6 bytes too early" });
    assert.throws(() => [...unpacked(bytes.subarray(0, 10))], { message: "a netlink message ends 2 bytes too early" });
    const none = Buffer.from(bytes);
    none.writeUInt32LE(0, 0);
    assert.throws(() => [...unpacked(none)], Error);
  });
});

describe("an answer of the kernel", () => {
  const refused = (message: Received) => {
    const { code, said, attribute, message: text } = refusal(message, request) ?? assert.fail("it is no refusal");
    return { code, said, attribute, text };
  };

  it("of 0 is none of refusal, though it has words", () => {
    assert.equal(refusal(answer(0, words("a warning")), request), undefined);
  });

  it("has the name of its errno, the kernel's words, and the attribute that it points at", () => {
    const said = "mtu greater than device maximum";
    const got = refused(answer(22, (to) => [words(said), number(2, 20)].forEach((say) => void say(to))));
    assert.deepEqual(got, {
      code: "EINVAL",
      said,
      attribute: "OUT_MTU",
      text: `the kernel refuses: EINVAL, ${said}, at OUT_MTU`,
    });
  });

  it("finds the innermost attribute of those that are nested", () => {
    const at = (place: number) => refused(answer(34, number(2, place))).attribute;
    assert.deepEqual([20, 28, 36, 40, 48, 51, 52, 56, 5].map(at), [
      "OUT_MTU",
      "OUT_SORT",
      "OUT_LINK_DATA",
      "IN_ID",
      "IN_PORT",
      "IN_PORT",
      "IN_PORT",
      undefined,
      "OUT_MTU",
    ]);
  });

  it("names the attribute that is missing", () => {
    assert.equal(refused(answer(22, number(5, 1))).attribute, "OUT_MTU");
    const inData = answer(22, (to) => [number(5, 2), number(6, 36)].forEach((say) => void say(to)));
    assert.equal(refused(inData).attribute, "IN_PORT");
    assert.equal(refused(answer(22, number(5, 77))).attribute, "OUT_77");
  });

  it("is read as well where the whole request comes back, or nothing but the errno", () => {
    assert.deepEqual(refused(answer(17, words("exists"), 0x200)), {
      code: "EEXIST",
      said: "exists",
      attribute: undefined,
      text: "the kernel refuses: EEXIST, exists",
    });
    assert.deepEqual(refused(answer(95, () => {}, 0x100)), {
      code: "EOPNOTSUPP",
      said: undefined,
      attribute: undefined,
      text: "the kernel refuses: EOPNOTSUPP",
    });
    assert.equal(refused(answer(524, () => {}, 0)).code, "errno 524");
  });
});
