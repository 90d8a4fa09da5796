import assert from "node:assert/strict";
import { CheckRequest, DiffRequest, ReadRequest } from "@pulumi/pulumi/proto/provider_pb";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Json, pathText } from "../../provider/core/values";
import { asNetnsError } from "../../provider/errors";
import { kinds } from "../../provider/resources";
import { read } from "../../provider/server/changeRpc";
import { check } from "../../provider/server/checkRpc";
import { inputsOf } from "../support/inputs/arbitraries";
import { hostileProperties, hostileTexts } from "../support/inputs/hostileTexts";
import { stateFor } from "../support/inputs/states";
import { FakeHost, pluginOn } from "../support/provider/fakeHost";
import { pureDiff, urn } from "../support/provider/rpcs";
import { cases } from "../support/suites/soak";

/** What nsenter says of a namespace. */
const NOT_THERE = "nsenter: cannot open /run/netns/x: No such file or directory";
const RUNS = cases(400, 100_000);
/** Far more than any takes: what needs it hangs. */
const LONGEST_MS = 2000;

describe("A hostile message", function () {
  this.timeout(0);

  for (const kind of kinds) {
    it(`to Check of a ${kind.type} is taken, or refused with each property named [61]`, () => {
      const property = fc.property(hostileProperties(kind.type), hostileTexts, (news, name) => {
        const request = new CheckRequest().setUrn(urn(kind.type, "test")).setName(name).setNews(struct(news));
        const response = timed(() => check(kind, request));
        const keys = [...Object.keys(kind.inputs.shape), ...Object.keys(news)].map((key) => pathText([key]));
        for (const failure of response.getFailuresList()) {
          // That of a secret is named in the reason: the engine would print its value.
          const named = failure.getProperty() || failure.getReason();
          assert.ok(
            keys.some((key) => named.startsWith(key)),
            named,
          );
          assert.notEqual(failure.getReason(), "");
        }
        if (response.getFailuresList().length > 0) return;
        // What was taken is in its last form: Check of it changes nothing.
        const again = check(kind, new CheckRequest().setUrn(urn(kind.type, "test")).setNews(response.getInputs()));
        assert.deepEqual(again.serializeBinary(), response.serializeBinary());
      });
      fc.assert(property, { numRuns: RUNS });
    });

    it(`to Diff of a ${kind.type} has an answer, the same each time [66]`, () => {
      const any = hostileProperties(kind.type);
      const valid = inputsOf(kind).map((inputs) => ({ ...stateFor(kind, inputs), ...inputs }));
      const property = fc.property(any, fc.oneof(any, valid), fc.option(any), (news, olds, oldInputs) => {
        const request = new DiffRequest().setUrn(urn(kind.type, "test")).setId("id");
        request.setNews(struct(news)).setOlds(struct(olds));
        if (oldInputs) request.setOldInputs(struct(oldInputs));
        const response = timed(() => pureDiff(kind, request));
        assert.deepEqual(pureDiff(kind, request).toObject(), response.toObject());
        const tops = new Set(response.getDiffsList());
        assert.equal(tops.size, response.getDiffsList().length);
        const [changed, isSome] = [response.getDetaileddiffMap().getLength() > 0, response.getChanges() === 2];
        assert.deepEqual([changed, tops.size > 0], [isSome, isSome]);
      });
      fc.assert(property, { numRuns: RUNS });
    });

    it(`to Read of a ${kind.type} is answered from the host, or refused by an error that says why [64]`, async () => {
      const parts = fc.array(hostileTexts, { maxLength: 5 });
      const ids = fc.oneof(
        { weight: 20, arbitrary: hostileTexts },
        { weight: 20, arbitrary: parts.map((some) => some.join("/")) },
        { weight: 1, arbitrary: fc.constant("/".repeat(2 ** 20)) },
      );
      const property = fc.asyncProperty(ids, fc.option(hostileProperties(kind.type)), async (id, state) => {
        const request = new ReadRequest().setUrn(urn(kind.type, "test")).setId(id);
        if (state) request.setProperties(struct(state)).setInputs(struct(state));
        const host = new FakeHost(() => ({ exitCode: 1, stderr: NOT_THERE }));
        const begun = performance.now();
        const outcome = await read(pluginOn(host, kinds), kind, request).catch(asNetnsError);
        assert.ok(performance.now() - begun < LONGEST_MS);
        if (outcome instanceof Error) {
          assert.ok(["user", "notFound", "kernel", "unsupported"].includes(outcome.kind), outcome.message);
          assert.ok(outcome.message.length < 2000);
        } else assert.equal(outcome.getId(), "");
        assert.deepEqual(host.netlink.changes, []);
      });
      await fc.assert(property, { numRuns: RUNS });
    });
  }
});

function timed<T>(work: () => T): T {
  const begun = performance.now();
  const result = work();
  assert.ok(performance.now() - begun < LONGEST_MS);
  return result;
}

function struct(values: Json): Struct {
  return Struct.fromJavaScript(values as Parameters<typeof Struct.fromJavaScript>[0]);
}
