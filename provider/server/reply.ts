import {
  Metadata,
  type MethodDefinition,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { type CreateRequest, ReadResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { Message } from "google-protobuf";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Reader } from "protobufjs/minimal";
import type { Properties } from "../core/wire";
import { PartialError } from "../errors";
import { decode, secretTexts } from "./property";
import { type Failure, toStatus } from "./status";
import { PackedStruct } from "./struct";

/** A call of the engine. What it asks stays bytes until somebody has to know it. */
export interface Call {
  name: string;
  request: Buffer;
}

/** The answers to a call, of which only List has not just one, or what went wrong. */
export type Reply = { answers: Buffer[]; failure?: never } | { failure: Failure; answers?: never };
export type Answer = (call: Call) => Promise<Reply>;

/** By the names of their methods. */
export type Handlers = Record<string, Handler>;
// biome-ignore lint/suspicious/noExplicitAny: each takes the request of its own method.
type Handler = (request: any) => Message | Message[] | Promise<Message | Message[]>;

const METHODS = ResourceProviderService as unknown as Record<string, MethodDefinition<Message, Message>>;

/** The parts of requests that hold properties, and so perhaps secrets. */
const STRUCTS = ["getProperties", "getInputs", "getNews", "getOlds", "getOldInputs", "getArgs"] as const;

/** What a handler replies; nothing secret of the request gets into an error. */
export async function replyOf(handlers: Handlers, call: Call): Promise<Reply> {
  let request: Message | undefined;
  try {
    request = messageIn(call);
    const answers = [await (handlers[call.name] as Handler)(request)].flat();
    return { answers: answers.map((answer) => Buffer.from(answer.serializeBinary())) };
  } catch (error) {
    const properties = request ? propertiesOf(request) : [];
    if (error instanceof PartialError) error.secrets.push(...properties.flatMap(({ secrets }) => secrets));
    return { failure: toStatus(error, properties.flatMap(secretTexts)) };
  }
}

/** A Diff with its inputs in the words of before, where they mean the same: what of a Diff takes a host. */
export const IN_OLD_WORDS = "inOldWords";
/** That the engine does one step at a time. */
export const IS_SERIAL = "isSerial";

/** What only a worker is asked is in the form of these. */
const LIKE: Record<string, string> = { [IN_OLD_WORDS]: "diff", [IS_SERIAL]: "getPluginInfo" };

/** The fields of requests that hold properties, by the setters for them: see provider.proto of pulumi/pulumi. */
const PROPERTIES: Record<string, Record<number, string>> = {
  check: { 2: "setOlds", 3: "setNews" },
  diff: { 3: "setOlds", 4: "setNews", 6: "setOldInputs" },
  create: { 2: "setProperties" },
  read: { 3: "setProperties", 4: "setInputs" },
  update: { 3: "setOlds", 4: "setNews", 8: "setOldInputs" },
  delete: { 3: "setProperties", 5: "setOldInputs" },
};

/** The same of the response to a Read. */
const FOUND = { 2: "setProperties", 3: "setInputs" };

/** The request, whose properties stay bytes until somebody wants them. */
export function messageIn({ name, request }: Call): Message {
  return lazily(request, PROPERTIES[LIKE[name] ?? name] ?? {}, method(name).requestDeserialize);
}

/** The response to a Read, likewise. */
export function foundIn(answer: Buffer): ReadResponse {
  return lazily(answer, FOUND, (bytes) => ReadResponse.deserializeBinary(bytes));
}

/** What a call about one resource says of itself; undefined of others, and where it cannot be read. */
export function aboutOne(call: Call): { urn: string; isPreview: boolean } | undefined {
  try {
    const request = messageIn(call) as Partial<CreateRequest>;
    if (!request.getUrn) return undefined;
    return { urn: request.getUrn.call(request), isPreview: request.getPreview?.call(request) ?? false };
  } catch {
    return undefined;
  }
}

function lazily<M extends Message>(bytes: Buffer, setters: Record<number, string>, read: (bytes: Buffer) => M): M {
  const reader = Reader.create(bytes);
  const packed: [setter: string, bytes: Uint8Array][] = [];
  const others: Buffer[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    const setter = setters[tag >>> 3];
    if (setter === undefined) {
      reader.skipType(tag & 7);
      others.push(bytes.subarray(start, reader.pos));
    } else packed.push([setter, reader.bytes()]);
  }
  const message = read(Buffer.concat(others));
  const set = message as unknown as Record<string, (struct: Struct) => void>;
  for (const [setter, bytes] of packed) set[setter]?.(new PackedStruct(bytes));
  return message;
}

/** The methods of these names as the engine calls them. */
export function serviceOf(
  names: readonly string[],
  answer: Answer,
): [definition: ServiceDefinition, implementation: UntypedServiceImplementation] {
  const one = (name: string) => (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) =>
    answer({ name, request: call.request }).then(({ answers, failure }) =>
      failure ? done(asError(failure)) : done(null, answers[0]),
    );
  const many = (name: string) => (call: ServerWritableStream<Buffer, Buffer>) =>
    answer({ name, request: call.request }).then(({ answers = [], failure }) => {
      if (failure) {
        call.emit("error", asError(failure));
        return;
      }
      for (const each of answers) call.write(each);
      call.end();
    });
  return [
    Object.fromEntries(
      names.map((name) => [name, { ...method(name), requestDeserialize: same, responseSerialize: same }]),
    ),
    Object.fromEntries(names.map((name) => [name, method(name).responseStream ? many(name) : one(name)])),
  ];
}

function method(name: string): MethodDefinition<Message, Message> {
  return METHODS[LIKE[name] ?? name] as MethodDefinition<Message, Message>;
}

function same(bytes: Buffer): Buffer {
  return bytes;
}

function asError({ code, details, packed }: Failure) {
  const metadata = new Metadata();
  if (packed) metadata.set("grpc-status-details-bin", Buffer.from(packed));
  return Object.assign(new Error(details), { code, details, metadata });
}

/** Those that can be read: of others, such as what is nested too deep, nothing gets into an error. */
function propertiesOf(request: Message): Properties[] {
  const getters = request as unknown as Partial<Record<(typeof STRUCTS)[number], () => Struct | undefined>>;
  return STRUCTS.flatMap((name) => {
    try {
      return decode(getters[name]?.());
    } catch {
      return [];
    }
  });
}
