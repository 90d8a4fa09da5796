import assert from "node:assert/strict";
import fc from "fast-check";
import { type Frame, PcapReader, pcapHeader, pcapRecord } from "../../../../cli/capture/pcap";

const frame = fc.record(
  {
    time: fc.bigInt(0n, 4_000_000_000_999_999_999n),
    length: fc.nat(0xffff),
    data: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  },
  { noNullPrototype: true },
);

describe("A stream of pcap", () => {
  it("is read back as it was written, whatever pieces it comes in", () => {
    fc.assert(
      fc.property(fc.array(frame), fc.integer({ min: 1, max: 64 }), (frames, size) => {
        const header = { linkType: 1, snapLength: 262_144 };
        const stream = Buffer.concat([pcapHeader(header), ...frames.map(pcapRecord)]);
        const reader = new PcapReader();
        const read: Frame[] = [];
        for (let at = 0; at < stream.length; at += size) read.push(...reader.push(stream.subarray(at, at + size)));
        assert.deepEqual(reader.header, header);
        assert.deepEqual(read, frames);
      }),
    );
  });

  it("is read from a machine with the other order of bytes", () => {
    const stream = Buffer.concat([
      pcapHeader({ linkType: 101, snapLength: 96 }),
      pcapRecord({ time: 5n, length: 2, data: Buffer.alloc(0) }),
    ]).swap32();
    // The version's two halves have swapped places, too; nobody reads them.
    const reader = new PcapReader();
    assert.deepEqual(reader.push(stream), [{ time: 5n, length: 2, data: Buffer.alloc(0) }]);
    assert.deepEqual(reader.header, { linkType: 101, snapLength: 96 });
  });

  it("is refused when it has no nanoseconds", () => {
    const stream = pcapHeader({ linkType: 1, snapLength: 96 });
    stream.writeUInt32LE(0xa1b2c3d4, 0);
    assert.throws(() => new PcapReader().push(stream), /not a pcap stream with nanoseconds/);
  });
});
