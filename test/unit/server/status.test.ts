import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { CreateRequest, ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { Json, Path } from "../../../provider/core/values";
import { type ErrorKind, NetnsError, PartialError } from "../../../provider/errors";
import { decode, encode } from "../../../provider/server/property";
import { replyOf } from "../../../provider/server/reply";
import { type Failure, toStatus } from "../../../provider/server/status";

describe("the gRPC code of an error", () => {
  const codes: Record<ErrorKind, keyof typeof status> = {
    user: "FAILED_PRECONDITION",
    notFound: "NOT_FOUND",
    exists: "ALREADY_EXISTS",
    unreachable: "FAILED_PRECONDITION",
    busy: "UNAVAILABLE",
    permission: "PERMISSION_DENIED",
    unsupported: "FAILED_PRECONDITION",
    timeout: "DEADLINE_EXCEEDED",
    cancelled: "CANCELLED",
    kernel: "ABORTED",
    bug: "INTERNAL",
  };
  for (const [kind, code] of Object.entries(codes) as [ErrorKind, keyof typeof status][]) {
    it(`is ${code} for ${kind}`, () => {
      assert.equal(toStatus(new NetnsError({ kind, tried: "tried" })).code, status[code]);
    });
  }

  it("is INTERNAL for what we do not know, and asks for a report", () => {
    for (const thrown of [new TypeError("oops"), "oops", undefined, { a: 1 }]) {
      const { code, details } = toStatus(thrown);
      assert.equal(code, status.INTERNAL);
      assert.match(details ?? "", /^the netns provider failed in a way it does not know\n/);
      assert.match(details ?? "", /Please report this to the authors of the netns provider/);
    }
  });

  it("comes with the three lines of the error", () => {
    const error = new NetnsError({ kind: "busy", tried: "net0: tried", said: "ip → exit 2", todo: "Do that." });
    assert.equal(toStatus(error).details, "net0: tried\n  ip → exit 2\n  Do that.");
  });
});

describe("an error about a thing that exists and is not right", () => {
  const cause = new NetnsError({ kind: "kernel", tried: "x: could not set hunter2", said: "ip → exit 2" });
  const state = { name: "x", key: "hunter2", end: { mac: "hunter2" } };
  const error = new PartialError(cause, "net0/x", state, [cause.message, "Undoing it failed: hunter2"]);
  error.secrets.push(["key"], ["end", "mac"]);
  const sent = toStatus(error, ["hunter2"]);

  it("packs id, state and reasons for the engine to keep", () => {
    const failure = unpacked(sent);
    assert.equal(failure.getId(), "net0/x");
    assert.deepEqual(decode(failure.getProperties()), { values: state, secrets: [["end", "mac"], ["key"]] });
    assert.deepEqual(failure.getReasonsList(), [
      "x: could not set [secret]\n  ip → exit 2",
      "Undoing it failed: [secret]",
    ]);
    assert.equal(failure.getRefreshBeforeUpdate(), true);
  });

  it("is UNKNOWN, as the engine wants it, with the cause as its text", () => {
    assert.equal(sent.code, status.UNKNOWN);
    assert.equal(sent.details, "x: could not set [secret]\n  ip → exit 2");
    assert.equal(packed(sent).getCode(), status.UNKNOWN);
    assert.equal(packed(sent).getMessage(), sent.details);
  });
});

describe("a request that fails", () => {
  const secrets: Path[] = [["nested", "of"], ["value"]];
  const values: Json = { value: "hunter2", nested: { of: "hunter2-and-more" }, open: "plain" };

  it("tells nothing that is secret in the request, in its text or in the state it packs", async () => {
    const cause = new NetnsError({ kind: "kernel", tried: "hunter2-and-more: could not set plain", said: "x=hunter2" });
    const sent = await failing(new PartialError(cause, "id", values, [cause.message]));
    assert.equal(sent.details, "[secret]: could not set plain\n  x=[secret]");
    assert.deepEqual(decode(unpacked(sent).getProperties()).secrets, secrets);
    const clear = packed(sent).getMessage() + unpacked(sent).getReasonsList().join();
    assert.ok(!clear.includes("hunter2"), clear);
  });

  it("tells nothing secret when it fails in a way that we do not know either", async () => {
    const { code, details } = await failing(new Error("no hunter2 here"));
    assert.equal(code, status.INTERNAL);
    assert.ok(details?.includes("no [secret] here") && !details.includes("hunter2"), details);
  });

  async function failing(thrown: Error): Promise<Failure> {
    const request = Buffer.from(new CreateRequest().setProperties(encode(values, secrets)).serializeBinary());
    const { failure } = await replyOf({ create: () => Promise.reject(thrown) }, { name: "create", request });
    return failure ?? assert.fail("it has not failed");
  }
});

function packed(sent: Failure): Status {
  return Status.deserializeBinary(sent.packed ?? assert.fail("nothing goes along"));
}

function unpacked(sent: Failure): ErrorResourceInitFailed {
  const [any] = packed(sent).getDetailsList();
  assert.equal(any?.getTypeName(), "pulumirpc.ErrorResourceInitFailed");
  return ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
}
