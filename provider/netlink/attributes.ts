import { type Cursor, Writer } from "./bytes";
import { ipBytes, ipText } from "./ip";

/**
 * A sort of value: how it is written and read. `whole` is what the value is a part of, as far as that is known by then.
 */
export interface Codec<T> {
  write(to: Writer, value: T, whole: object): void;
  read(from: Cursor, whole: object): T;
  /** It is an attribute for each of a list: how one of them is written and read. */
  each?: Codec<unknown>;
  /** The attributes in it, which are behind as many bytes of something else. */
  inside?(whole: object): { table: Table; behind: number } | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a table has values of any sort, and tells which by its type.
type Field = readonly [type: number, codec: Codec<any>];
type Fields = Record<string, Field>;
export type Values<T> = T extends Table<infer F> ? ValuesOf<F> : never;
type ValuesOf<F extends Fields> = {
  [K in keyof F]?: (F[K] extends readonly [number, Codec<infer V>] ? V : never) | undefined;
};

/** Without NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
const TYPE_MASK = 0x3fff;

/** The attributes that an object can have, each by the kernel's name for it without the prefix: `netNsFd` is IFLA_NET_NS_FD. */
export class Table<F extends Fields = Fields> {
  private readonly entries: [name: string, field: Field][];
  private readonly byType: Map<number, { name: string; codec: Field[1] }>;

  constructor(
    private readonly prefix: string,
    readonly fields: F,
  ) {
    this.entries = Object.entries(fields);
    this.byType = new Map(this.entries.map(([name, [type, codec]]) => [type & TYPE_MASK, { name, codec }]));
  }

  write(to: Writer, values: ValuesOf<F>): void {
    for (const [name, [type, codec]] of this.entries) {
      const value = (values as Record<string, unknown>)[name];
      if (value === undefined) continue;
      const { each } = codec;
      if (!each) to.attribute(type, () => codec.write(to, value, values));
      else for (const one of value as unknown[]) to.attribute(type, () => each.write(to, one, values));
    }
  }

  /** Adds to `values`. What is not in the table is left out: a newer kernel has more to say. */
  read(from: Cursor, values: Record<string, unknown> = {}): ValuesOf<F> {
    for (let next = from.attribute(); next; next = from.attribute()) {
      const field = this.byType.get(next.type & TYPE_MASK);
      if (!field) continue;
      const { name, codec } = field;
      const read = (codec.each ?? codec).read(next.value, values);
      const before = values[name];
      if (!codec.each) values[name] = read;
      else if (Array.isArray(before)) before.push(read);
      else values[name] = [read];
    }
    return values as ValuesOf<F>;
  }

  nameOf(type: number): string {
    const name = this.byType.get(type)?.name;
    return this.prefix + (name === undefined ? type : name.replace(/[A-Z]/g, "_$&").toUpperCase());
  }

  /** The innermost attribute of a message at this place of it, and the table of what is in it. */
  find(from: Cursor, place: number): { name: string; inside: Table | undefined } | undefined {
    const values: Record<string, unknown> = {};
    for (let next = from.attribute(); next; next = from.attribute()) {
      const { type, value } = next;
      const field = this.byType.get(type & TYPE_MASK);
      const inside = field?.codec.inside?.(values);
      if (place < value.position + value.left) {
        value.bytes(Math.min(inside?.behind ?? 0, value.left));
        const deeper = place < value.position ? undefined : inside?.table.find(value, place);
        return deeper ?? { name: this.nameOf(type & TYPE_MASK), inside: inside?.table };
      }
      if (field) values[field.name] = field.codec.read(value, values);
    }
    return undefined;
  }
}

export const u8: Codec<number> = { write: (to, value) => to.u8(value), read: (from) => from.u8() };
export const u16: Codec<number> = { write: (to, value) => to.u16(value), read: (from) => from.u16() };
export const be16: Codec<number> = { write: (to, value) => to.be16(value), read: (from) => from.be16() };
export const u32: Codec<number> = { write: (to, value) => to.u32(value), read: (from) => from.u32() };
export const be32: Codec<number> = {
  write(to, value) {
    to.be16(value >>> 16);
    to.be16(value & 0xffff);
  },
  read: (from) => from.be16() * 2 ** 16 + from.be16(),
};
export const s32: Codec<number> = { write: (to, value) => to.s32(value), read: (from) => from.s32() };
export const u64: Codec<number> = { write: (to, value) => to.u64(value), read: (from) => from.u64() };
export const bytes: Codec<Uint8Array> = { write: (to, value) => to.bytes(value), read: (from) => from.bytes() };
export const string: Codec<string> = {
  write(to, value) {
    // The kernel would take what is before it for all of it.
    if (value.includes("\0")) throw new Error("a text for the kernel must not have a NUL in it");
    to.bytes(Buffer.from(`${value}\0`));
  },
  read(from) {
    const raw = from.bytes();
    const end = raw.indexOf(0);
    return raw.toString("utf8", 0, end < 0 ? raw.length : end);
  },
};
export const ip: Codec<string> = {
  write: (to, value) => to.bytes(ipBytes(value)),
  read(from) {
    if (from.left !== 4 && from.left !== 16) from.fail(`has an IP address of ${from.left} bytes`);
    return ipText(from.bytes());
  },
};
export const mac: Codec<string> = {
  write: (to, value) => to.bytes(Buffer.from(value.replaceAll(":", ""), "hex")),
  read: (from) =>
    from
      .bytes()
      .toString("hex")
      .replace(/..(?=.)/g, "$&:"),
};

type Struct<F extends Record<string, Codec<number>>> = Codec<{ [K in keyof F]?: number }>;

/** Fields of fixed length, one behind the other; one that is not given is 0. Names of padding begin with `_`. */
export function struct<F extends Record<string, Codec<number>>>(fields: F): Struct<F> {
  const entries = Object.entries(fields).map(([name, codec]) => [name, codec, name.startsWith("_")] as const);
  return {
    write(to, value, whole) {
      for (const [name, codec] of entries) codec.write(to, value[name] ?? 0, whole);
    },
    read(from, whole) {
      const values: Record<string, number> = {};
      for (const [name, codec, isPadding] of entries) {
        const read = codec.read(from, whole);
        if (!isPadding) values[name] = read;
      }
      return values as { [K in keyof F]?: number };
    },
  };
}

export function nested<T extends Table>(table: T): Codec<Values<T>> {
  return {
    write: (to, value) => table.write(to, value),
    read: (from) => table.read(from) as Values<T>,
    inside: () => ({ table, behind: 0 }),
  };
}

/** Fields of fixed length, and attributes behind them. */
export function headed<H extends object, T extends Table>(header: Codec<H>, table: T): Codec<H & Values<T>> {
  const empty = new Writer();
  header.write(empty, {} as H, {});
  return {
    write(to, value, whole) {
      header.write(to, value, whole);
      table.write(to, value);
    },
    read: (from, whole) => table.read(from, header.read(from, whole) as Record<string, unknown>) as H & Values<T>,
    inside: () => ({ table, behind: empty.written.length }),
  };
}

/** An attribute that can be there several times. */
export function many<T>(codec: Codec<T>): Codec<T[]> {
  const { inside } = codec;
  return { write: () => {}, read: () => [], each: codec as Codec<unknown>, ...(inside && { inside }) };
}

type ValueIn<C> = C extends Codec<infer T> ? T : never;

/** A value whose sort another one of the whole tells, which comes first; that of a sort without a codec is left out. */
// biome-ignore lint/suspicious/noExplicitAny: as in a table.
export function by<C extends Record<string, Codec<any>>>(
  key: string,
  codecs: C,
): Codec<ValueIn<C[keyof C]> | undefined> {
  const codecIn = (whole: object) => {
    const sort = String((whole as Record<string, unknown>)[key]);
    return Object.hasOwn(codecs, sort) ? codecs[sort] : undefined;
  };
  return {
    write: (to, value, whole) => codecIn(whole)?.write(to, value, whole),
    read: (from, whole) => codecIn(whole)?.read(from, whole),
    inside: (whole) => codecIn(whole)?.inside?.(whole),
  };
}
