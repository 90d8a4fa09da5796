import { status } from "@grpc/grpc-js";
import { InputPropertiesError } from "@pulumi/pulumi/proto/errors_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { pathText } from "../core/values";
import { asNetnsError, type ErrorKind, FaultyInputs, PartialError } from "../errors";
import { encode, masked } from "./property";

/**
 * INTERNAL, UNKNOWN and DATA_LOSS would tell the engine that the state of the resource is not known; every other code
 * says that nothing has happened.
 */
const CODES: Record<ErrorKind, status> = {
  user: status.FAILED_PRECONDITION,
  notFound: status.NOT_FOUND,
  exists: status.ALREADY_EXISTS,
  unreachable: status.FAILED_PRECONDITION,
  busy: status.UNAVAILABLE,
  permission: status.PERMISSION_DENIED,
  unsupported: status.FAILED_PRECONDITION,
  timeout: status.DEADLINE_EXCEEDED,
  cancelled: status.CANCELLED,
  kernel: status.ABORTED,
  bug: status.INTERNAL,
};

/** What went wrong, as gRPC tells it; `packed` is what goes along under `grpc-status-details-bin`. */
export interface Failure {
  code: status;
  details: string;
  packed?: Uint8Array;
}

/** Any error as gRPC tells it; nothing secret is left in its text. */
export function toStatus(error: unknown, secrets: readonly string[] = []): Failure {
  if (error instanceof PartialError) return initFailed(error, secrets);
  if (error instanceof FaultyInputs) return faultyInputs(error);
  const known = asNetnsError(error);
  return { code: CODES[known.kind], details: masked(known.message, secrets) };
}

/** The engine prints each reason behind the path of its property. No reason has a value in it. */
function faultyInputs({ message, faults }: FaultyInputs): Failure {
  const all = new InputPropertiesError();
  for (const { path, reason } of faults) {
    all.addErrors(new InputPropertiesError.PropertyError().setPropertyPath(pathText(path)).setReason(reason));
  }
  return withDetail(status.INVALID_ARGUMENT, message, "pulumirpc.InputPropertiesError", all.serializeBinary());
}

/** The thing exists, but is not right: the engine keeps its state, and the next run is an Update. */
function initFailed(error: PartialError, secrets: readonly string[]): Failure {
  const failure = new ErrorResourceInitFailed();
  failure.setId(error.id);
  failure.setProperties(encode(error.state as Record<string, unknown>, error.secrets));
  failure.setReasonsList(error.reasons.map((reason) => masked(reason, secrets)));
  failure.setRefreshBeforeUpdate(true);
  const text = masked(error.message, secrets);
  return withDetail(status.UNKNOWN, text, "pulumirpc.ErrorResourceInitFailed", failure.serializeBinary());
}

function withDetail(code: status, details: string, type: string, bytes: Uint8Array): Failure {
  const any = new Any();
  any.pack(bytes, type);
  const packed = new Status();
  packed.setCode(code);
  packed.setMessage(details);
  packed.addDetails(any);
  return { code, details, packed: packed.serializeBinary() };
}
