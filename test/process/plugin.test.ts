import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { status } from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  CheckRequest,
  type CheckResponse,
  ConfigureRequest,
  type ConfigureResponse,
  CreateRequest,
  type CreateResponse,
  GetSchemaRequest,
  type GetSchemaResponse,
  InvokeRequest,
  ListRequest,
  ProviderHandshakeRequest,
  type ProviderHandshakeResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Json } from "../../provider/core/values";
import { decode, encode } from "../../provider/server/property";
import { version } from "../../provider/version";
import { deadAddress, FakeEngine, PluginProcess } from "../support/provider/pluginProcess";
import { urn } from "../support/provider/rpcs";

describe("The plugin as a process", () => {
  let engine: FakeEngine;
  let plugin: PluginProcess;
  before(async () => {
    engine = await FakeEngine.start();
  });
  beforeEach(async () => {
    plugin = await PluginProcess.start(["--logtostderr", "-v=9", engine.address]);
  });
  afterEach(() => plugin.stop());
  after(() => engine.stop());

  const handshake = async () => {
    const request = new ProviderHandshakeRequest();
    request.setEngineAddress(engine.address).setSupportsRefreshBeforeUpdate(true);
    return plugin.call<ProviderHandshakeResponse>("handshake", request);
  };
  const configure = (args: Json) =>
    plugin.call<ConfigureResponse>("configure", new ConfigureRequest().setArgs(encode(args)));
  const preview = (type: string, inputs: Json) => {
    const request = new CreateRequest().setUrn(urn(type, "test")).setProperties(encode(inputs));
    return plugin.call<CreateResponse>("create", request.setPreview(true));
  };

  it("prints its port and nothing else, takes the engine's flags, and answers the basics before Configure [51]", async () => {
    assert.match(plugin.printed(), /^\d+\n$/);
    const info = await plugin.call<PluginInfo>("getPluginInfo", new Empty());
    assert.equal(info.getVersion(), version);
    const schema = await plugin.call<GetSchemaResponse>("getSchema", new GetSchemaRequest());
    assert.equal(schema.getSchema(), await readFile("provider/schema.json", "utf8"));
  });

  it("says the same of itself in Handshake and in Configure, and each time [62] [63]", async () => {
    const first = await handshake();
    await configure({ version });
    const second = await configure({ version });
    assert.deepEqual(
      [first.getAcceptSecrets(), first.getAcceptResources(), first.getAcceptOutputs(), true],
      [second.getAcceptsecrets(), second.getAcceptresources(), second.getAcceptoutputs(), second.getSupportspreview()],
    );
    assert.equal(first.getSupportsAutonamingConfiguration(), second.getSupportsAutonamingConfiguration());
  });

  it("asks for a refresh before each update, if the engine can", async () => {
    assert.equal((await preview("Namespace", { name: "n", loopbackUp: true })).getRefreshBeforeUpdate(), false);
    await handshake();
    assert.equal((await preview("Namespace", { name: "n", loopbackUp: true })).getRefreshBeforeUpdate(), true);
  });

  it("takes configuration as text, and refuses what it does not know", async () => {
    await configure({ offline: "true", sudo: "false", timeoutSeconds: "8", version });
    await assert.rejects(configure({ ofline: "true" }), {
      code: status.FAILED_PRECONDITION,
      message: /ofline.*did you mean `offline`/,
    });
    const request = new CheckRequest().setUrn("urn:pulumi:dev::lab::pulumi:providers:netns::default");
    const response = await plugin.call<CheckResponse>(
      "checkConfig",
      request.setNews(encode({ sudo: "maybe", timeoutSeconds: "0" })),
    );
    const failures = response.getFailuresList().map((failure) => `${failure.getProperty()}|${failure.getReason()}`);
    assert.deepEqual(failures.sort(), ["|sudo: must be true or false", "|timeoutSeconds: is below 1 second"]);
  });

  it("says which functions it has where it is asked for another [29]", async () => {
    await assert.rejects(plugin.call("invoke", new InvokeRequest().setTok("netns:index:getNamespace")), {
      code: status.FAILED_PRECONDITION,
      details: /^there is no function netns:index:getNamespace in the netns provider\n/,
    });
  });

  it("answers a List that fails with what is wrong", async () => {
    const listing = new Promise((resolve, reject) => {
      const stream = plugin.client.list(new ListRequest().setToken("netns:index:Nothing"));
      stream.on("error", reject).on("end", resolve).resume();
    });
    const details = /^there is no resource type netns:index:Nothing in the netns provider/;
    await assert.rejects(listing, { code: status.FAILED_PRECONDITION, details });
  });

  it("previews what is certain and leaves the rest unknown", async () => {
    const made = decode((await preview("Namespace", { name: "n", loopbackUp: true })).getProperties()).values;
    assert.deepEqual(made, { name: "n", loopbackUp: true, path: "/run/netns/n" });
  });

  it("changes nothing offline, and says so", async () => {
    await configure({ offline: true });
    const request = new CreateRequest()
      .setUrn(urn("Namespace", "n"))
      .setProperties(encode({ name: "n", loopbackUp: true }));
    await assert.rejects(plugin.call("create", request), {
      code: status.FAILED_PRECONDITION,
      details: /nothing may be changed, because the provider is offline/,
    });
  });

  it("answers Cancel at once, twice, and then starts nothing new [51] [62]", async () => {
    await plugin.call("cancel", new Empty());
    await plugin.call("cancel", new Empty());
    const request = new CreateRequest().setUrn(urn("VethPair", "n"));
    request.setProperties(
      encode({ a: { name: "va", namespace: "none", up: true }, b: { name: "vb", namespace: "none", up: true } }),
    );
    await assert.rejects(plugin.call("create", request), { code: status.CANCELLED });
  });

  it("answers 200 requests at once, each with its own [62]", async () => {
    const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
    const answers = await Promise.all(names.map((name) => preview("Namespace", { name, loopbackUp: true })));
    assert.deepEqual(
      answers.map((answer) => decode(answer.getProperties()).values.name),
      names,
    );
  });

  it("takes a message of 10 MB, before Configure [62]", async () => {
    const request = new CheckRequest()
      .setUrn(urn("Sysctl", "big"))
      .setNews(encode({ key: "net.x", value: "x".repeat(10_000_000) }));
    await plugin.call("check", request);
  });

  it("names the property of what is nested 200 deep, and outlives what is nested 4,000 deep [61]", async () => {
    const nested = (depth: number) => Array.from({ length: depth }).reduce((inner) => [inner], "x");
    const request = new CheckRequest().setUrn(urn("Sysctl", "deep"));
    const news = (depth: number) => request.setNews(encode({ key: "net.x", value: nested(depth) }));
    const response = await plugin.call<CheckResponse>("check", news(200));
    assert.deepEqual(
      response.getFailuresList().map((one) => one.getProperty()),
      ["value"],
    );
    await assert.rejects(sendDeep(plugin, 4000), { code: status.INTERNAL });
    assert.equal((await preview("Namespace", { name: "n", loopbackUp: true })).getId(), "");
  });

  it("ends on SIGINT and on SIGTERM", async () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const other = await PluginProcess.start([engine.address]);
      await other.call("getPluginInfo", new Empty());
      other.child.kill(signal);
      assert.equal(await other.ended(), 0);
    }
  });

  it("goes on when its stdin ends and the engine is there, and ends by itself when the engine is gone [65]", async () => {
    const passing = await FakeEngine.start();
    const other = await PluginProcess.start([passing.address]);
    other.child.stdin?.end();
    await other.call("getPluginInfo", new Empty());
    passing.stop();
    assert.equal(await other.ended(), 1);
  });

  it("ends by itself with a wrong engine address, and with none once stdin ends [65]", async () => {
    const wrong = await PluginProcess.start([await deadAddress()]);
    assert.equal(await wrong.ended(), 1);
    const none = await PluginProcess.start([]);
    none.child.stdin?.end();
    assert.equal(await none.ended(), 1);
  });
});

/** A CheckRequest whose `value` is lists in lists: as bytes, for no library here would write it. */
function sendDeep(plugin: PluginProcess, depth: number): Promise<unknown> {
  const field = (tag: number, content: Buffer) => Buffer.concat([Buffer.from([tag]), varint(content.length), content]);
  let value = field(0x1a, Buffer.from("x"));
  for (let level = 0; level < depth; level++) value = field(0x32, field(0x0a, value));
  const entry = Buffer.concat([field(0x0a, Buffer.from("value")), field(0x12, value)]);
  const request = Buffer.concat([field(0x0a, Buffer.from(urn("Sysctl", "deep"))), field(0x1a, field(0x0a, entry))]);
  return new Promise((resolve, reject) => {
    const same = (bytes: Buffer) => bytes;
    plugin.client.makeUnaryRequest("/pulumirpc.ResourceProvider/Check", same, same, request, (error, answer) =>
      error ? reject(error) : resolve(answer),
    );
  });
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}
