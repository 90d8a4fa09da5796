import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { chooseSandbox } from "../../../tools/sandbox.mjs";

const rootStatus = "CapEff:\t000001ffffffffff\n";
const userStatus = "CapEff:\t0000000000000000\n";

describe("The sandbox of `npm run up`", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "netns-sandbox-"));
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: one\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const choose = (more: Partial<Parameters<typeof chooseSandbox>[0]> = {}, env: NodeJS.ProcessEnv = {}) =>
    chooseSandbox({
      ...{ folder, stack: "lab", status: userStatus, canMake: () => true },
      ...more,
      env: { PULUMI_BACKEND_URL: `file://${folder}`, ...env },
    });
  /** A state with providers of these inputs. */
  const record = (...inputs: object[]) => {
    const resources = inputs.map((one) => ({ type: "pulumi:providers:netns", inputs: one }));
    mkdirSync(path.join(folder, ".pulumi/stacks/one"), { recursive: true });
    const file = path.join(folder, ".pulumi/stacks/one/lab.json");
    writeFileSync(file, JSON.stringify({ checkpoint: { latest: { resources } } }));
  };

  it("is that of the stack, for who asks for it and for who has no rights", () => {
    assert.equal(choose(), "lab");
    assert.equal(choose({ stack: "acme/-my stack" }), "smy-stack");
    assert.equal(choose({ status: rootStatus }), undefined);
    assert.equal(choose({ status: rootStatus, asked: true }), "lab");
    record();
    assert.equal(choose(), "lab");
  });

  it("is that in which the stack is, and none for a stack that is on the machine", () => {
    record({ sandbox: "mine" });
    assert.equal(choose(), "mine");
    assert.equal(choose({ canMake: () => false }), "mine");
    record({});
    assert.equal(choose(), undefined);
  });

  it("is none where the configuration says where the lab is, or the kernel forbids it", () => {
    for (const own of [
      { NETNS_SUDO: "true" },
      { NETNS_HOST: "ssh://a" },
      { NETNS_SANDBOX: "b" },
      { NETNS_OFFLINE: "1" },
    ])
      assert.equal(choose({}, own), undefined);
    assert.equal(choose({}, { NETNS_SUDO: "false" }), "lab");
    assert.equal(choose({ canMake: () => false }), undefined);
    writeFileSync(path.join(folder, "Pulumi.lab.yaml"), "config:\n  netns:host: ssh://lab1\n");
    assert.equal(choose(), undefined);
  });
});
