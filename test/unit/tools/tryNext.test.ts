import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { tryNext } from "../../../tools/tryNext.mjs";

describe("What `npm run up` tells to try next", () => {
  const PING = "ip netns exec net0 ping 10.0.1.2";
  let folder: string;
  const has = (...programs: string[]) => {
    for (const program of programs) {
      writeFileSync(path.join(folder, program), "");
      chmodSync(path.join(folder, program), 0o755);
    }
  };
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "netns-next-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is the command alone where all of it is there", () => {
    has("ip", "ping", "runc");
    for (const command of [PING, "ip -n net0 link", "runc exec web ping 10.0.3.2"]) {
      assert.equal(tryNext(command, folder), `Try next: ${command}`);
    }
  });

  it("says what to install where there is no ping, or another program", () => {
    has("ip");
    assert.equal(
      tryNext(PING, folder),
      `Try next: ${PING}\nThis machine has no ping yet: apt-get install iputils-ping, or your system's like of it.`,
    );
    assert.equal(
      tryNext("ip netns exec box bridge link", folder).split("\n")[1],
      "This machine has no bridge yet: install it first.",
    );
  });

  it("leads to the lab by `netns` in a sandbox, where no ip is needed", () => {
    has("ping");
    const netns = 'Try next: eval "$(npm run --silent env)"; netns';
    assert.equal(tryNext(PING, folder, { sandbox: "lab", folder: "" }), `${netns} exec net0 -- ping 10.0.1.2`);
    assert.equal(
      tryNext(PING, folder, { sandbox: "lab", folder: "examples/two hosts" }),
      `${netns} -C 'examples/two hosts' exec net0 -- ping 10.0.1.2`,
    );
    has("bridge");
    assert.equal(tryNext("bridge link", folder, { sandbox: "lab" }), `${netns} sandbox enter lab -- bridge link`);
  });
});
