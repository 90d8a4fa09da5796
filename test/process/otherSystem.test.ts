import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { status } from "@grpc/grpc-js";
import {
  CheckRequest,
  type CheckResponse,
  ConfigureRequest,
  DiffRequest,
  type DiffResponse,
  GetSchemaRequest,
  type GetSchemaResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Json } from "../../provider/core/values";
import { encode } from "../../provider/server/property";
import { SshLab } from "../support/labHost/sshLab";
import { OtherSystem } from "../support/provider/otherSystem";
import { RemoteProvider } from "../support/provider/remoteProvider";
import { urn } from "../support/provider/rpcs";
import { needs } from "../support/suites/needs";

const NET = { name: "net0", loopbackUp: true };
const MADE = { ...NET, path: "/run/netns/net0" };

describe("The plugin on a machine that is no Linux", function () {
  this.timeout(60_000);
  let lab: SshLab;
  let system: OtherSystem;
  let provider: RemoteProvider;
  before(needs("root", "nsenter", "ip", "ssh", "sshd", "sudo"));
  before(async () => {
    lab = await SshLab.start();
    system = new OtherSystem(lab.folder);
  });
  beforeEach(async () => {
    provider = await RemoteProvider.start(lab.engine.door, { ...lab.env, ...system.env });
  });
  afterEach(async () => {
    await provider?.stop();
    // It has found its way without having tried what is there on Linux alone.
    assert.equal(await system.asked(), "");
  });
  after(() => lab?.stop());

  const configure = (args: Json) => provider.plugin.call("configure", new ConfigureRequest().setArgs(encode(args)));
  const diff = async (news: Json) => {
    const request = new DiffRequest().setUrn(urn("Namespace", "net0")).setId("net0").setOldInputs(encode(NET));
    const response = await provider.plugin.call<DiffResponse>(
      "diff",
      request.setOlds(encode(MADE)).setNews(encode(news)),
    );
    return response.getDiffsList();
  };
  /** All that the engine asks without a need of the lab's host. */
  const answersByItself = async (config: Json) => {
    const schema = await provider.plugin.call<GetSchemaResponse>("getSchema", new GetSchemaRequest());
    assert.equal(schema.getSchema(), await readFile("provider/schema.json", "utf8"));
    const request = new CheckRequest().setUrn("urn:pulumi:dev::lab::pulumi:providers:netns::default");
    const checked = await provider.plugin.call<CheckResponse>("checkConfig", request.setNews(encode(config)));
    assert.deepEqual(checked.getFailuresList(), []);
    await configure(config);
    assert.deepEqual(await provider.check("Namespace", "net0", { name: "net0" }), NET);
    assert.deepEqual((await provider.create("Namespace", "net0", NET, { preview: true })).state, MADE);
    assert.deepEqual(await diff({ ...NET, loopbackUp: false }), ["loopbackUp"]);
  };

  it("has labs on a lab host, where it goes over ssh", async () => {
    const { lab: host, url } = lab.host("lab1");
    await answersByItself({ host: url("ann"), sudo: true });
    assert.equal(await host.run(["ls", "-A", "/home/ann"]), "");
    const made = await provider.create("Namespace", "net0", NET);
    assert.deepEqual(await host.json(["ip", "-j", "netns", "list"]), [{ name: "net0" }]);
    assert.deepEqual((await provider.read("Namespace", "net0", made))?.state, made.state);
    const down = await provider.update("Namespace", "net0", made, { ...NET, loopbackUp: false });
    await provider.delete("Namespace", "net0", down);
    assert.deepEqual(await host.json(["ip", "-j", "netns", "list"]), []);
  });

  for (const config of [{}, { sudo: true }, { sandbox: "lab" }]) {
    it(`says that labs need Linux, at the first call that needs one, with ${JSON.stringify(config)}`, async () => {
      await answersByItself(config);
      const failure = {
        code: status.FAILED_PRECONDITION,
        details:
          /^there can be no lab on this machine\n {2}labs are on Linux, and this is darwin\n {2}[\s\S]*netns:host ssh:\/\/USER@HOST/,
      };
      await assert.rejects(provider.create("Namespace", "net0", NET), failure);
      const recorded = { id: "net0", inputs: NET, state: MADE };
      await assert.rejects(provider.read("Namespace", "net0", recorded), failure);
      await assert.rejects(provider.delete("Namespace", "net0", recorded), failure);
      await answersByItself(config);
    });
  }
});
