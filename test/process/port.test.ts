import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { CreateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { encode } from "../../provider/server/property";
import { copyPlugin, remove, scratch } from "../support/engine/project";
import { LabHost } from "../support/labHost/labHost";
import { connectAs } from "../support/labHost/otherUser";
import { FakeEngine, PluginProcess } from "../support/provider/pluginProcess";
import { urn } from "../support/provider/rpcs";
import { needs } from "../support/suites/needs";
import { until } from "../support/suites/until";

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
      connectAs({ uid: NOBODY, port, message, count: 100 }),
      connectAs({ uid: 0, port, message, count: 100 }),
      connectAs({ uid: NAMELESS, port, message, count: 50 }),
      connectAs({ uid: NAMELESS, port, message, count: 50, host: "::ffff:127.0.0.1" }),
      connectAs({ uid: 0, port, message, count: 50, host: "::ffff:127.0.0.1" }),
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
      const as = ["setpriv", `--reuid=${NAMELESS}`, `--regid=${NAMELESS}`, "--clear-groups", "--"];
      plugin = await PluginProcess.as(as, await copyPlugin(folder), [engine.address]);
      const port = plugin.printed().trim();
      const users = [NAMELESS, 0, OTHER, NOBODY];
      const served = await Promise.all(users.map((uid) => connectAs({ uid, port, message, count: 5 })));
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
      const plain = { port: plugin.printed().trim(), words: lab.door };
      assert.equal(await connectAs({ ...plain, uid: NOBODY, message: create("theirs").serializeBinary() }), 0);
      assert.equal(await connectAs({ ...plain, uid: 0, message: create("ours").serializeBinary() }), 1);
      assert.deepEqual(await lab.json(["ip", "-j", "netns", "list"]), [{ name: "ours" }]);
    } finally {
      await lab.stop();
    }
  });
});
