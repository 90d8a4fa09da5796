import assert from "node:assert/strict";
import {
  CheckRequest,
  type CheckResponse,
  ConfigureRequest,
  CreateRequest,
  type CreateResponse,
  DeleteRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Json } from "../../provider/core/values";
import { decode, encode } from "../../provider/server/property";
import { SudoLab } from "../support/labHost/sudoLab";
import type { PluginProcess } from "../support/provider/pluginProcess";
import { urn } from "../support/provider/rpcs";
import { needs } from "../support/suites/needs";
import { until } from "../support/suites/until";

describe("A Process of a user with netns:sudo", function () {
  this.timeout(60_000);
  let lab: SudoLab;
  let plugin: PluginProcess;
  before(needs("root", "setpriv", "nsenter", "ip", "sudo"));
  afterEach(async () => {
    await plugin?.stop();
    await lab?.stop();
  });

  const start = async () => {
    plugin = await lab.plugin();
    await plugin.call("configure", new ConfigureRequest().setArgs(encode({ sudo: true })));
  };
  const create = async (type: string, news: Json) => {
    const name = String(news.name);
    const checking = new CheckRequest().setUrn(urn(type, name)).setNews(encode(news));
    const inputs = (await plugin.call<CheckResponse>("check", checking)).getInputs();
    const request = new CreateRequest().setUrn(urn(type, name)).setProperties(inputs);
    return decode((await plugin.call<CreateResponse>("create", request)).getProperties()).values;
  };

  it("runs as root, goes on when the plugin and its worker have ended, and is ended by those of a later run", async () => {
    lab = await SudoLab.start();
    await start();
    await create("Namespace", { name: "net0" });
    const made = await create("Process", { namespace: "net0", name: "it", argv: ["sleep", "4003"] });
    await plugin.stop();
    await until("the end of the worker", async () => (await lab.workers()).length === 0);
    const status = () => lab.lab.tryRun(["cat", `/proc/${made.pid}/status`]);
    assert.match((await status()).stdout, /^Name:\tsleep$[\s\S]*^Uid:\t0\t0\t0\t0$/m);
    const environ = await lab.lab.run(["cat", `/proc/${made.pid}/environ`]);
    assert.match(environ, /HOME=\/root\0|HOME=\/\0/);
    assert.doesNotMatch(environ, /SUDO_/);
    await start();
    const request = new DeleteRequest().setUrn(urn("Process", "it")).setId("net0/it").setProperties(encode(made));
    await plugin.call("delete", request);
    assert.notEqual((await status()).exitCode, 0);
  });
});
