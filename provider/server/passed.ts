import type { MethodDefinition } from "@grpc/grpc-js";
import type { Call, Reply } from "./reply";
import type { Failure } from "./status";

/**
 * What the plugin passes on to its worker: a call, and all that the run was told before it and was answered without the
 * worker. So a call is one round trip, wherever the worker is.
 */
export interface Passed {
  /** Calls may overtake each other on their way; what they bring was told in this order. */
  turn: number;
  told: readonly Call[];
  call: Call;
}

/** What comes back: the reply, once all lines are there that the worker has said until then. */
export interface Came {
  lines: number;
  reply: Reply;
}

/** A worker that is far away ends when it has not heard of its plugin for some of these. */
export const BEAT_MS = 10_000;

const same = (bytes: Buffer) => bytes;

/** The one method of a worker. Errors are within its answer: of an error's own parts, which are trailers, Node takes 64 KB. */
export const PASS: MethodDefinition<Buffer, Buffer> = {
  path: "/netns.Worker/Pass",
  requestStream: false,
  responseStream: false,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
};

export function packPassed({ turn, told, call }: Passed): Buffer {
  const calls = [...told, call];
  return pack(
    { turn, names: calls.map(({ name }) => name) },
    calls.map(({ request }) => request),
  );
}

export function unpackPassed(bytes: Buffer): Passed {
  const { head, parts } = unpack<{ turn: number; names: string[] }>(bytes);
  const calls = head.names.map((name, index): Call => ({ name, request: parts[index] as Buffer }));
  return { turn: head.turn, told: calls.slice(0, -1), call: calls.at(-1) as Call };
}

export function packCame({ lines, reply: { answers, failure } }: Came): Buffer {
  if (!failure) return pack({ lines }, answers);
  const { packed, ...rest } = failure;
  return pack({ lines, failure: rest }, packed ? [packed] : []);
}

export function unpackCame(bytes: Buffer): Came {
  const { head, parts } = unpack<{ lines: number; failure?: Omit<Failure, "packed"> }>(bytes);
  const { lines, failure } = head;
  if (!failure) return { lines, reply: { answers: parts } };
  const [packed] = parts;
  return { lines, reply: { failure: { ...failure, ...(packed && { packed }) } } };
}

/** A length, so many bytes of JSON, and the parts, whose lengths are in there. */
function pack(head: object, parts: readonly Uint8Array[]): Buffer {
  const json = Buffer.from(JSON.stringify({ head, lengths: parts.map(({ length }) => length) }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, ...parts]);
}

function unpack<Head>(bytes: Buffer): { head: Head; parts: Buffer[] } {
  let at = 4 + bytes.readUInt32LE();
  const { head, lengths } = JSON.parse(bytes.toString("utf8", 4, at)) as { head: Head; lengths: number[] };
  const parts = lengths.map((length) => {
    at += length;
    return bytes.subarray(at - length, at);
  });
  return { head, parts };
}
