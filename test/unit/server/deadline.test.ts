import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { kinds } from "../../../provider/resources";
import { Plugin } from "../../../provider/server/plugin";
import { FakeHost } from "../../support/fakeHost";

describe("a request's deadline", () => {
  const plugin = new Plugin(kinds, "provider", () => new FakeHost());
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
});
