import assert from "node:assert/strict";
import { commandHost } from "../../../provider/host/commands";

describe("a host behind another program", () => {
  const answering = (stderr: string) =>
    commandHost({
      run: async () => ({ stdout: "", stderr, exitCode: 1 }),
      prefix: ["sudo", "-n", "--"],
      missingRights: async () => [],
    });

  it("says that a file is not there only when that is the answer", async () => {
    const host = answering("stat: cannot statx '/run/netns/x': No such file or directory");
    assert.equal(await host.stat("/run/netns/x"), undefined);
    assert.equal(await host.readFile("/run/netns/x"), undefined);
    assert.deepEqual(await host.readFolder("/run/netns/x"), []);
  });

  it("makes an error of it when it cannot tell", async () => {
    const host = answering("sudo: a password is required");
    for (const ask of [host.stat, host.readFile, host.readFolder]) {
      await assert.rejects(ask("/run/netns/x"), { kind: "permission", message: /a password is required/ });
    }
  });
});
