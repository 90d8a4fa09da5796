const START = 256;
const ALIGNMENT = 4;
/** More than any message of the kernel has. */
const DEEPEST = 16;

const HEADER = 4;

/** Bytes as they are written, each thing behind the last; a value that is none of its field is a RangeError. */
export class Writer {
  private buffer = blank(START);
  private length = 0;

  get written(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  u8(value: number): void {
    const at = this.room(1);
    this.buffer.writeUInt8(whole(value), at);
  }
  u16(value: number): void {
    const at = this.room(2);
    this.buffer.writeUInt16LE(whole(value), at);
  }
  be16(value: number): void {
    const at = this.room(2);
    this.buffer.writeUInt16BE(whole(value), at);
  }
  u32(value: number): void {
    const at = this.room(4);
    this.buffer.writeUInt32LE(whole(value), at);
  }
  s32(value: number): void {
    const at = this.room(4);
    this.buffer.writeInt32LE(whole(value), at);
  }
  u64(value: number): void {
    const at = this.room(8);
    this.buffer.writeBigUInt64LE(BigInt(value), at);
  }

  bytes(bytes: Uint8Array): void {
    const at = this.room(bytes.length);
    this.buffer.set(bytes, at);
  }

  align(): void {
    this.room(-this.length & (ALIGNMENT - 1));
  }

  attribute(type: number, write: () => void): void {
    const start = this.length;
    this.room(HEADER);
    write();
    this.buffer.writeUInt16LE(this.length - start, start);
    this.buffer.writeUInt16LE(type, start + 2);
    this.align();
  }

  /** Where the next bytes go, which are zeros until then. */
  private room(bytes: number): number {
    const at = this.length;
    this.length += bytes;
    if (this.length > this.buffer.length) {
      const larger = blank(2 * this.length);
      this.buffer.copy(larger);
      this.buffer = larger;
    }
    return at;
  }
}

/** Zeros, cut out of a larger piece of memory where they are few: each piece is work for the garbage collector. */
function blank(bytes: number): Buffer {
  return Buffer.allocUnsafe(bytes).fill(0);
}

/** Of what is no number a Buffer makes 0. */
function whole(value: number): number {
  if (!Number.isInteger(value)) throw new RangeError(`${value} is no whole number`);
  return value;
}

/**
 * Bytes as they are read. The first error stays: after it everything reads as nothing, here and in what was cut out of
 * it, so that who reads asks once, at the end.
 */
export class Cursor {
  constructor(
    private readonly buffer: Buffer,
    private at = 0,
    private readonly end = buffer.length,
    private readonly fate: { error?: Error } = {},
    private readonly depth = 0,
  ) {}

  get left(): number {
    return this.fate.error ? 0 : this.end - this.at;
  }

  get position(): number {
    return this.at;
  }

  u8(): number {
    const at = this.skip(1);
    return at === undefined ? 0 : this.buffer.readUInt8(at);
  }
  u16(): number {
    const at = this.skip(2);
    return at === undefined ? 0 : this.buffer.readUInt16LE(at);
  }
  be16(): number {
    const at = this.skip(2);
    return at === undefined ? 0 : this.buffer.readUInt16BE(at);
  }
  u32(): number {
    const at = this.skip(4);
    return at === undefined ? 0 : this.buffer.readUInt32LE(at);
  }
  s32(): number {
    const at = this.skip(4);
    return at === undefined ? 0 : this.buffer.readInt32LE(at);
  }
  u64(): number {
    const at = this.skip(8);
    return at === undefined ? 0 : Number(this.buffer.readBigUInt64LE(at));
  }

  /** The next `length` bytes; all that are left, unless it is said how many. */
  bytes(length = this.left): Buffer {
    const at = this.skip(length);
    return at === undefined ? Buffer.alloc(0) : this.buffer.subarray(at, at + length);
  }

  /** The next `length` bytes, to be read by themselves. */
  part(length = this.left): Cursor {
    const at = this.skip(length) ?? this.end;
    if (this.depth === DEEPEST) this.fail(`is nested more than ${DEEPEST} deep`);
    const end = this.fate.error ? at : at + length;
    return new Cursor(this.buffer, at, end, this.fate, this.depth + 1);
  }

  /** The next attribute, with the type as it is said; undefined behind the last one. */
  attribute(): { type: number; value: Cursor } | undefined {
    if (this.left === 0) return undefined;
    const length = this.u16();
    const type = this.u16();
    if (length < HEADER) this.fail(`has an attribute of ${length} bytes`);
    const value = this.part(length - HEADER);
    this.align();
    return this.fate.error ? undefined : { type, value };
  }

  /** What is behind the last thing is padding too, where it does not fill up. */
  align(): void {
    this.at = Math.min(this.at + (-this.at & (ALIGNMENT - 1)), this.end);
  }

  fail(why: string): void {
    this.fate.error ??= new Error(`a netlink message ${why}`);
  }

  check(): void {
    if (this.fate.error) throw this.fate.error;
  }

  private skip(bytes: number): number | undefined {
    if (bytes < 0 || bytes > this.end - this.at) this.fail(`ends ${bytes - (this.end - this.at)} bytes too early`);
    if (this.fate.error) return undefined;
    const at = this.at;
    this.at += bytes;
    return at;
  }
}
