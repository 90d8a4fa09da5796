import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { mayChangeKernel, requireMeans, whyOffline } from "../../../tools/rights.mjs";

const rootStatus = "Name:\tnode\nCapEff:\t000001ffffffffff\nCapBnd:\t000001ffffffffff\n";
const userStatus = "Name:\tnode\nCapEff:\t0000000000000000\nCapBnd:\t000001ffffffffff\n";

describe("the rights to change the kernel", () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "netns-rights-"));
    writeFileSync(path.join(folder, "ip"), "");
    chmodSync(path.join(folder, "ip"), 0o755);
    env = { PATH: folder };
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const statuses: [string, string, boolean][] = [
    ["all capabilities", rootStatus, true],
    ["none", userStatus, false],
    ["CAP_NET_ADMIN and CAP_SYS_ADMIN", "CapEff:\t0000000000201000\n", true],
    ["CAP_NET_ADMIN alone", "CapEff:\t0000000000001000\n", false],
    ["no word about them", "", false],
  ];
  for (const [what, status, isEnough] of statuses) {
    it(`are ${isEnough ? "" : "not "}there with ${what}`, () => {
      assert.equal(mayChangeKernel(status), isEnough);
    });
  }

  it("are asked for with a sudo line that keeps what this user relies on", () => {
    const own = { ...env, PULUMI_STACK: "mine", HOME: "/home/me", LANG: "C" };
    const args = ["-C", "examples/two hosts"];
    assert.throws(() => requireMeans({ ...place(), env: own, command: "up", args }), {
      message: [
        "npm run up works on this machine's network namespaces, which takes root's rights. Run:",
        `  sudo env "PATH=$PATH" "HOME=$HOME" "PULUMI_STACK=$PULUMI_STACK" npm run up -- -C 'examples/two hosts'`,
        "or, in a sandbox, which takes none:",
        "  npm run up -- --sandbox -C 'examples/two hosts'",
      ].join("\n"),
    });
  });

  it("are not asked for when the provider uses sudo itself", () => {
    requireMeans({ ...place(), env: { ...env, NETNS_SUDO: "true" }, command: "up", args: [] });
    writeFileSync(path.join(folder, "Pulumi.lab.yaml"), 'config:\n  netns:sudo: "true"\n');
    requireMeans({ ...place(), command: "up", args: [] });
  });

  it("are not asked for where the lab is in a sandbox or on another host, nor is ip", () => {
    for (const own of [{ NETNS_SANDBOX: "lab" }, { NETNS_HOST: "ssh://lab1" }]) {
      const elsewhere = { ...place(), env: { PATH: "", ...own } };
      requireMeans({ ...elsewhere, command: "up", args: [] });
      assert.equal(whyOffline(elsewhere), undefined);
    }
  });

  it("are not needed to preview, which then says why it looks at the recorded state", () => {
    assert.equal(whyOffline(place()), "this user may not look into network namespaces");
    assert.equal(whyOffline({ ...place(), status: rootStatus }), undefined);
  });

  it("leave the user's own word about offline alone", () => {
    assert.equal(whyOffline({ ...place(), env: { ...env, NETNS_OFFLINE: "false" } }), undefined);
  });

  function place() {
    return { folder, stack: "lab", env, status: userStatus };
  }
});
