import { status } from "@grpc/grpc-js";
import type { Reply } from "./reply";

/** Codes of errors about what is not there or may not be set: see status.ts. */
const CODES = [status.NOT_FOUND, status.PERMISSION_DENIED];

/** An error from within a sandbox, with what a sandbox never has where that may be what it is about. */
export function withSandboxHint(reply: Reply, sandbox: string): Reply {
  const { failure } = reply;
  if (!failure || failure.packed || !CODES.includes(failure.code)) return reply;
  const hint =
    `This is in the sandbox ${sandbox}, which has no device of the machine, and no settings but those of its own network: ` +
    "for those, be root, without `netns:sandbox`.";
  return { ...reply, failure: { ...failure, details: `${failure.details}\n  ${hint}` } };
}
