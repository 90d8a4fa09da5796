import type { handleUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { Message } from "google-protobuf";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { PartialError } from "../errors";
import { decode, secretTexts } from "./property";
import { toStatus } from "./status";

/** The parts of requests that hold properties, and so perhaps secrets. */
const STRUCTS = ["getProperties", "getInputs", "getNews", "getOlds", "getOldInputs", "getArgs"] as const;

/** A handler that answers or throws as gRPC wants it; nothing secret of the request gets into an error. */
export function unary<Request extends Message, Response extends Message>(
  handle: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, done: sendUnaryData<Response>) => {
    Promise.resolve(call.request)
      .then(handle)
      .then((response) => done(null, response))
      .catch((error: unknown) => {
        const properties = propertiesOf(call.request);
        if (error instanceof PartialError) error.secrets.push(...properties.flatMap(({ secrets }) => secrets));
        done(toStatus(error, properties.flatMap(secretTexts)));
      });
  };
}

function propertiesOf(request: Message) {
  const getters = request as unknown as Partial<Record<(typeof STRUCTS)[number], () => Struct | undefined>>;
  return STRUCTS.map((name) => decode(getters[name]?.()));
}
