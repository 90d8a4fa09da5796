import assert from "node:assert/strict";
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "../../tools/places.mjs";
import { stackSuite } from "../support/suites/stackSuite";

/**
 * A release of Pulumi runs a pack by its language host for Node. The one that can be built from Go modules (tools/engine.mjs)
 * is too old for that, so here the engine takes its other way: a program `pulumi-analyzer-policy-RUNTIME` for a runtime
 * without a language host. What that runs, and what both say to each other, is the same.
 */
const RUNTIME = "policynode";
const ANALYZER = `#!/bin/sh
exec node "${path.join(root, "node_modules/@pulumi/pulumi/cmd/run-policy-pack")}" "$@"
`;

/** Single resources, of which no Check sees the others. */
const CABLE = `const [h1, h2] = ["h1", "h2"].map((name) => new netns.Namespace(name));
new netns.VethPair("cable", { a: { name: "eth0", namespace: h1.name, mtu: 9000 }, b: { name: "eth0", namespace: h2.name, mtu: MTU } });`;

stackSuite("The policy pack", [], (fixture) => {
  let tools = "";
  let pack = "";
  before(async () => {
    tools = await mkdtemp(path.join(tmpdir(), "netns-policy-"));
    const file = path.join(tools, `pulumi-analyzer-policy-${RUNTIME}`);
    await writeFile(file, ANALYZER, { mode: 0o755 });
    pack = path.join(tools, "pack");
    await cp(path.join(root, "dist/policy"), pack, { recursive: true });
    await symlink(path.join(root, "node_modules"), path.join(pack, "node_modules"));
    await writeFile(path.join(pack, "PulumiPolicy.yaml"), `runtime: ${RUNTIME}\nmain: index.js\n`);
  });
  after(() => (tools === "" ? undefined : rm(tools, { recursive: true, force: true })));

  const stackOf = (mtu: number) =>
    fixture.stackOf(CABLE.replace("MTU", String(mtu)), { PATH: `${tools}:${process.env.PATH}` });

  it("refuses a stack in which something is certain not to work, and lets a right one pass", async () => {
    const stack = await stackOf(1500);
    const { exitCode, text } = await stack.preview("--policy-pack", pack);
    assert.match(text, /\[mandatory\] +cable-mtu[\s\S]*h1\/eth0 sends packets of up to 9000 bytes/);
    assert.notEqual(exitCode, 0);
    await fixture.edit(stack, CABLE.replace("MTU", "9000"));
    assert.equal((await stack.preview("--policy-pack", pack)).exitCode, 0);
  });

  it("has the level of each policy from its configuration", async () => {
    const stack = await stackOf(1500);
    const config = path.join(tools, "config.json");
    await writeFile(config, JSON.stringify({ "cable-mtu": "advisory" }));
    const { exitCode, text } = await stack.preview("--policy-pack", pack, "--policy-pack-config", config);
    assert.match(text, /\[advisory\] +cable-mtu/);
    assert.equal(exitCode, 0);
  });
});
