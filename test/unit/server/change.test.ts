import assert from "node:assert/strict";
import { CreateRequest, DeleteRequest, ReadRequest, UpdateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { type Json, type Path, Unknown } from "../../../provider/core/values";
import { NetnsError } from "../../../provider/errors";
import { kinds } from "../../../provider/resources";
import { create, read, remove, secretPaths, update } from "../../../provider/server/changeRpc";
import { decode, encode } from "../../../provider/server/property";
import { kindNamed } from "../../support/inputs/states";
import { FakeHost, pluginOn } from "../../support/provider/fakeHost";
import { urnOf } from "./rpc";

const sysctl = kindNamed("Sysctl");
const urn = urnOf(sysctl, "f");
const INPUTS = { key: "net.ipv4.ip_forward", value: "1", restoreOnDelete: true };
const STATE = { ...INPUTS, previousValue: "0" };

function setUp(config = {}) {
  const host = new FakeHost();
  const plugin = pluginOn(host, kinds);
  plugin.configure(config);
  plugin.refreshBeforeUpdate = true;
  return { host, plugin };
}

describe("a preview", () => {
  it("of a create touches no host, and keeps secrets secret", async () => {
    const { host, plugin } = setUp();
    const inputs = { ...INPUTS, value: Unknown.value };
    const request = new CreateRequest()
      .setUrn(urn)
      .setPreview(true)
      .setProperties(encode(inputs, [["value"]]));
    const response = await create(plugin, sysctl, request);
    assert.deepEqual(decode(response.getProperties()), { values: inputs, secrets: [["value"]] });
    assert.deepEqual([host.touched, response.getId(), response.getRefreshBeforeUpdate()], [[], "", true]);
  });

  it("of an update touches no host, and keeps secret what is computed from secrets", async () => {
    const { host, plugin } = setUp();
    const request = new UpdateRequest()
      .setUrn(urn)
      .setPreview(true)
      .setOlds(encode(STATE))
      .setOldInputs(encode(INPUTS));
    request.setNews(encode({ ...INPUTS, value: "2" }, [["value"]]));
    const { values, secrets } = decode((await update(plugin, sysctl, request)).getProperties());
    assert.deepEqual(values, { ...STATE, value: "2" });
    assert.deepEqual(new Set(secrets.map(String)), new Set(["value", "previousValue"]));
    assert.deepEqual(host.touched, []);
  });
});

describe("an offline provider", () => {
  const offline = { message: /^netns:index:Sysctl \S+: nothing may be changed, because the provider is offline\n/ };

  it("refuses to create, update and delete, and touches no host", async () => {
    const { host, plugin } = setUp({ offline: true });
    const props = encode(STATE);
    await assert.rejects(create(plugin, sysctl, new CreateRequest().setUrn(urn).setProperties(props)), offline);
    await assert.rejects(update(plugin, sysctl, new UpdateRequest().setUrn(urn).setNews(props)), offline);
    await assert.rejects(remove(plugin, sysctl, new DeleteRequest().setUrn(urn).setProperties(props)), offline);
    assert.deepEqual(host.touched, []);
  });

  it("reads the recorded state back, secrets and all", async () => {
    const { host, plugin } = setUp({ offline: true });
    const [inputs, state] = [encode(INPUTS, [["value"]]), encode(STATE, [["value"], ["previousValue"]])];
    const request = new ReadRequest().setUrn(urn).setId("id").setInputs(inputs).setProperties(state);
    const response = await read(plugin, sysctl, request);
    assert.equal(response.getId(), "id");
    assert.deepEqual(response.getInputs()?.toJavaScript(), inputs.toJavaScript());
    assert.deepEqual(response.getProperties()?.toJavaScript(), state.toJavaScript());
    assert.deepEqual(host.touched, []);
  });

  it("cannot import", async () => {
    const { plugin } = setUp({ offline: true });
    await assert.rejects(read(plugin, sysctl, new ReadRequest().setUrn(urn).setId(":net.ipv4.ip_forward")), offline);
  });
});

describe("where an answer is secret", () => {
  const cases: [type: string, inputs: Path[], answer: Path[]][] = [
    ["Sysctl", [["value"]], [["value"], ["previousValue"], ["previousOthers"]]],
    ["Sysctl", [["key"]], [["key"]]],
    ["Address", [["peer"]], [["peer"], ["network"]]],
    ["Address", [["address"]], [["address"], ["family"], ["network"]]],
    ["VethPair", [["a", "mac"]], [["a", "mac"]]],
    ["Namespace", [["name"]], [["name"], ["path"]]],
    ["Namespace", [], []],
  ];
  for (const [type, secrets, answer] of cases) {
    it(`of a ${type}, with inputs secret at ${secrets.join(", ") || "none"}: ${answer.join(", ") || "none"}`, () => {
      const values: Json = {};
      assert.deepEqual(secretPaths(kindNamed(type), { values, secrets }), answer);
    });
  }
});

describe("a change that lacks what another one brings", () => {
  const about = (name: string) => ({ kind: sysctl, urn: urnOf(sysctl, name), timeoutSeconds: 0, properties: [] });
  const lacks = () => new NetnsError({ kind: "notFound", tried: "could not do it" });

  it("is tried again where that came while it was tried", async () => {
    const { plugin } = setUp();
    let tries = 0;
    const done = await plugin.changes.make(about("one"), async () => {
      if (tries++ > 0) return "done";
      await plugin.changes.make(about("other"), async () => {});
      throw lacks();
    });
    assert.deepEqual([done, tries], ["done", 2]);
  });

  it("fails where nothing came", async () => {
    const { plugin } = setUp();
    let tries = 0;
    const failed = plugin.changes.make(about("one"), async () => {
      tries++;
      throw lacks();
    });
    await assert.rejects(failed, { kind: "notFound" });
    assert.equal(tries, 1);
  });
});
