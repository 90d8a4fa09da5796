import assert from "node:assert/strict";
import { hostOfSandboxes } from "../../../cli/sandboxHost";

describe("the host of sandboxes", () => {
  afterEach(() => delete process.env.NETNS_HOST);
  // No project is there or above.
  const at = { cwd: "/proc" };

  it("is this machine, where nothing says another one", async () => {
    assert.equal(await hostOfSandboxes({}, at), undefined);
  });

  it("is NETNS_HOST, or rather the one that is named, but with --here", async () => {
    process.env.NETNS_HOST = "ssh://lab1";
    assert.equal(await hostOfSandboxes({}, at), "ssh://lab1");
    assert.equal(await hostOfSandboxes({ host: "ssh://lab2" }, at), "ssh://lab2");
    assert.equal(await hostOfSandboxes({ here: true }, at), undefined);
  });

  it("is one that ssh takes", async () => {
    await assert.rejects(hostOfSandboxes({ host: "-lab1" }, at), /host must be ssh:\/\/\[USER@\]HOST\[:PORT\]/);
  });
});
