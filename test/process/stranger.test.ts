import assert from "node:assert/strict";
import { chmod, cp } from "node:fs/promises";
import path from "node:path";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { CreateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { encode } from "../../provider/server/property";
import { LabHost } from "../support/labHost";
import { needs } from "../support/need";
import { FakeEngine, PluginProcess } from "../support/pluginProcess";
import { pluginFolder, remove, scratch } from "../support/project";
import { urn } from "../support/rpcs";
import { knock } from "../support/stranger";
import { until } from "../support/until";

const NOBODY = 65534;
/** Users that have no name. */
const NAMELESS = 54321;
const OTHER = 54322;

describe("The plugin's port", function () {
  this.timeout(60_000);
  let engine: FakeEngine;
  let plugin: PluginProcess | undefined;
  before(needs("root", "setpriv", "nsenter", "ip"));
  beforeEach(async () => {
    engine = await FakeEngine.start();
  });
  afterEach(async () => {
    await plugin?.stop();
    engine.stop();
  });

  const create = (name: string) => {
    const inputs = encode({ name, loopbackUp: true });
    return new CreateRequest().setUrn(urn("Namespace", name)).setProperties(inputs);
  };
  /** Nothing but a preview, where it would be this machine's own namespaces. */
  const message = create("looked").setPreview(true).serializeBinary();
  const warnings = () => engine.logs.map((log) => log.message.replace(/port \d+/, "port N")).sort();
  const warning = (uid: number, own: number) =>
    `The provider has turned away a process of uid ${uid}, from port N. Only the user that runs it (uid ${own}) and root may use it.`;

  it("serves root alone when root runs it, under load and by mapped addresses, and warns of each other user once", async () => {
    plugin = await PluginProcess.start([engine.address]);
    const port = plugin.printed().trim();
    const served = await Promise.all([
      knock({ uid: NOBODY, port, message, count: 100 }),
      knock({ uid: 0, port, message, count: 100 }),
      knock({ uid: NAMELESS, port, message, count: 50 }),
      knock({ uid: NAMELESS, port, message, count: 50, host: "::ffff:127.0.0.1" }),
      knock({ uid: 0, port, message, count: 50, host: "::ffff:127.0.0.1" }),
    ]);
    assert.deepEqual(served, [0, 100, 0, 0, 50]);
    await plugin.call<PluginInfo>("getPluginInfo", new Empty());
    await until("the warnings", async () => engine.logs.length >= 2);
    assert.deepEqual(warnings(), [warning(NAMELESS, 0), warning(NOBODY, 0)]);
  });

  it("serves its own user and root when another user runs it", async () => {
    const folder = await scratch("plugin");
    try {
      await chmod(folder, 0o755);
      await cp(pluginFolder, folder, { recursive: true });
      const as = ["setpriv", `--reuid=${NAMELESS}`, `--regid=${NAMELESS}`, "--clear-groups", "--"];
      plugin = await PluginProcess.as(as, path.join(folder, "pulumi-resource-netns"), [engine.address]);
      const port = plugin.printed().trim();
      const users = [NAMELESS, 0, OTHER, NOBODY];
      const served = await Promise.all(users.map((uid) => knock({ uid, port, message, count: 5 })));
      assert.deepEqual(served, [5, 5, 0, 0]);
      await until("the warnings", async () => engine.logs.length >= 2);
      assert.deepEqual(warnings(), [warning(OTHER, NAMELESS), warning(NOBODY, NAMELESS)]);
    } finally {
      await remove(folder);
    }
  });

  it("makes nothing for another user in a network namespace, and makes it for root", async () => {
    const lab = await LabHost.start();
    try {
      plugin = await PluginProcess.behind(lab.door);
      const knocks = { port: plugin.printed().trim(), words: lab.door };
      assert.equal(await knock({ ...knocks, uid: NOBODY, message: create("theirs").serializeBinary() }), 0);
      assert.equal(await knock({ ...knocks, uid: 0, message: create("ours").serializeBinary() }), 1);
      assert.deepEqual(await lab.json(["ip", "-j", "netns", "list"]), [{ name: "ours" }]);
    } finally {
      await lab.stop();
    }
  });
});
