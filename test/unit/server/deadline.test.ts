import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { kinds } from "../../../provider/resources";
import { FakeHost, pluginOn } from "../../support/provider/fakeHost";

describe("a request's deadline", () => {
  const plugin = pluginOn(new FakeHost(), kinds);
  const kind = plugin.kind("netns:index:Namespace");
  const about = { kind, urn: "", timeoutSeconds: 0.2, properties: [] };

  it("comes, whatever the garbage collector does meanwhile", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const reason = await plugin.request(about, ({ kernel }) => {
      const ended = new Promise((resolve) =>
        kernel.signal.addEventListener("abort", () => resolve(kernel.signal.reason)),
      );
      collect();
      return ended;
    });
    assert.equal((reason as Error).name, "TimeoutError");
  });

  it("comes early with Cancel", async () => {
    const asked = plugin.request({ ...about, timeoutSeconds: 60 }, async ({ kernel }) => {
      plugin.cancel();
      return kernel.signal.aborted;
    });
    assert.equal(await asked, true);
  });

  it("ends with Cancel while it waits for what another resource may give up", async () => {
    const plugin = pluginOn(new FakeHost(), kinds);
    const asked = plugin.request({ ...about, timeoutSeconds: 60 }, (resource) => {
      setImmediate(() => plugin.cancel());
      return plugin.changes.givesWay(resource, "pulumi:lab/dev/other:0123");
    });
    await assert.rejects(asked, { kind: "cancelled" });
  });
});
