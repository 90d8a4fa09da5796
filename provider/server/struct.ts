import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Reader, Writer } from "protobufjs/minimal";
import type { Json } from "../core/values";

/**
 * google/protobuf/struct.proto, read and written in one go: google-protobuf makes three objects of each value on its way,
 * which took longer than all else with the thousands of a Topology. Field numbers and wire types are those of that file.
 */
const tag = (field: number, wireType: number) => (field << 3) | wireType;
const [VARINT, FIXED64, LENGTH] = [0, 1, 2];
/** Of Struct its entries, of ListValue its values. */
const EACH = tag(1, LENGTH);
const [KEY, OF_KEY] = [tag(1, LENGTH), tag(2, LENGTH)];
const [NULL, NUMBER, STRING, BOOL] = [tag(1, VARINT), tag(2, FIXED64), tag(3, LENGTH), tag(4, VARINT)];
const [STRUCT, LIST] = [tag(5, LENGTH), tag(6, LENGTH)];

/** A Struct that stays bytes until somebody wants its values. */
export class PackedStruct extends Struct {
  constructor(readonly bytes: Uint8Array) {
    super();
  }

  /** What is undefined is left out. */
  static of(values: Json): PackedStruct {
    const writer = Writer.create();
    writeStruct(writer, values);
    return new PackedStruct(writer.finish());
  }

  override toJavaScript(): ReturnType<Struct["toJavaScript"]> {
    const { buffer, byteOffset, byteLength } = this.bytes;
    const reader = Reader.create(Buffer.from(buffer, byteOffset, byteLength));
    return readStruct(reader, reader.len) as ReturnType<Struct["toJavaScript"]>;
  }

  /** What a message that holds it is written by. */
  override getFieldsMap(): ReturnType<Struct["getFieldsMap"]> {
    const { bytes } = this;
    const written = {
      getLength: () => bytes.length,
      serializeBinary: (
        _: number,
        writer: { writeSerializedMessage(bytes: Uint8Array, from: number, to: number): void },
      ) => writer.writeSerializedMessage(bytes, 0, bytes.length),
    };
    return written as unknown as ReturnType<Struct["getFieldsMap"]>;
  }
}

function writeStruct(writer: Writer, values: Json): void {
  for (const key of Object.keys(values)) {
    const value = values[key];
    if (value === undefined) continue;
    writer.uint32(EACH).fork().uint32(KEY).string(key).uint32(OF_KEY).fork();
    writeValue(writer, value);
    writer.ldelim().ldelim();
  }
}

function writeValue(writer: Writer, value: unknown): void {
  if (value === null) writer.uint32(NULL).int32(0);
  else if (typeof value === "string") writer.uint32(STRING).string(value);
  else if (typeof value === "number") writer.uint32(NUMBER).double(value);
  else if (typeof value === "boolean") writer.uint32(BOOL).bool(value);
  else if (Array.isArray(value)) {
    writer.uint32(LIST).fork();
    for (const one of value) {
      writer.uint32(EACH).fork();
      writeValue(writer, one);
      writer.ldelim();
    }
    writer.ldelim();
  } else if (typeof value === "object") {
    writer.uint32(STRUCT).fork();
    writeStruct(writer, value as Json);
    writer.ldelim();
  } else throw new Error(`a ${typeof value} is no value of a property`);
}

function readStruct(reader: Reader, end: number): Json {
  const values: Json = {};
  while (reader.pos < end) {
    if (!isNext(reader, EACH)) continue;
    const endOfEntry = reader.uint32() + reader.pos;
    let key = "";
    let value: unknown = null;
    while (reader.pos < endOfEntry) {
      const next = reader.uint32();
      if (next === KEY) key = reader.string();
      else if (next === OF_KEY) value = readValue(reader, reader.uint32() + reader.pos);
      else reader.skipType(next & 7);
    }
    // It would set what the object inherits.
    if (key !== "__proto__") values[key] = value;
  }
  return values;
}

function readValue(reader: Reader, end: number): unknown {
  let value: unknown = null;
  while (reader.pos < end) {
    const next = reader.uint32();
    if (next === NUMBER) value = reader.double();
    else if (next === STRING) value = reader.string();
    else if (next === BOOL) value = reader.bool();
    else if (next === STRUCT) value = readStruct(reader, reader.uint32() + reader.pos);
    else if (next === LIST) value = readList(reader, reader.uint32() + reader.pos);
    else reader.skipType(next & 7);
  }
  return value;
}

function readList(reader: Reader, end: number): unknown[] {
  const values: unknown[] = [];
  while (reader.pos < end) if (isNext(reader, EACH)) values.push(readValue(reader, reader.uint32() + reader.pos));
  return values;
}

/** Whether this field comes next, whose tag is read then; another one is skipped. */
function isNext(reader: Reader, wanted: number): boolean {
  const next = reader.uint32();
  if (next !== wanted) reader.skipType(next & 7);
  return next === wanted;
}
