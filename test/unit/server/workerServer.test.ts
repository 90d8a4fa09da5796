import assert from "node:assert/strict";
import { DiffRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { Plugin } from "../../../provider/server/plugin";
import { encode } from "../../../provider/server/property";
import { IN_OLD_WORDS, IS_SERIAL, replyOf } from "../../../provider/server/reply";
import { workerHandlers } from "../../../provider/server/workerServer";
import { kindNamed } from "../../support/inputs/states";

describe("what only a worker is asked", () => {
  it("is a Diff in the words of before", async () => {
    const plugin = { kindOf: () => kindNamed("Firewall"), isSerial: false } as unknown as Plugin;
    const news = encode({ name: "fw", rules: "chain in { }" });
    const request = new DiffRequest().setUrn("urn").setOlds(news).setOldInputs(news).setNews(news);
    const call = { name: IN_OLD_WORDS, request: Buffer.from(request.serializeBinary()) };
    const { answers = [], failure } = await replyOf(workerHandlers(plugin), call);
    assert.deepEqual(failure, undefined);
    assert.equal(DiffRequest.deserializeBinary(answers[0] as Buffer).getUrn(), "urn");
  });

  it("is to know that the engine does one step at a time", async () => {
    const plugin = { isSerial: false } as Plugin;
    await replyOf(workerHandlers(plugin), { name: IS_SERIAL, request: Buffer.alloc(0) });
    assert.equal(plugin.isSerial, true);
  });
});
