import assert from "node:assert/strict";
import path from "node:path";
import { pluginFolder } from "../support/engine/project";
import { stackSuite } from "../support/suites/stackSuite";

stackSuite("A lab through the engine", ["ping"], (fixture) => {
  it("compares with the live kernel in a plain up: repairs what drifted, rebuilds after a reboot [20] [21] [23] [60]", async () => {
    const stack = await fixture.stackOf(`
      const net0 = new netns.Namespace("net0");
      const net1 = new netns.Namespace("net1");
      const link = new netns.VethPair("link", { a: { name: "veth0", namespace: net0.name, mtu: 1400 }, b: { name: "veth1", namespace: net1.name } });
      new netns.Address("left", { namespace: net0.name, device: link.a.name, address: "10.0.1.1/24" });
      new netns.Sysctl("forward", { namespace: net1.name, key: "net.ipv4.ip_forward", value: 1 });
    `);
    assert.equal((await stack.up()).exitCode, 0);
    await fixture.host.ip("-n net0 link set veth0 mtu 1300");
    await fixture.host.ip("netns exec net1 sysctl -w net.ipv4.ip_forward=0");
    const preview = await stack.preview();
    const updates = preview.steps
      .filter((step) => step.op === "update")
      .map(({ resource, diff }) => `${resource} ${diff}`);
    assert.deepEqual(updates.sort(), ["Sysctl forward value", "VethPair link a.mtu"]);
    const repaired = await stack.up();
    assert.deepEqual(repaired.changes, { update: 2, same: 4 }, repaired.text);
    assert.match(await fixture.host.ip("-n net0 link show veth0"), /mtu 1400/);

    await fixture.host.reboot();
    const rebuilt = await stack.up();
    assert.deepEqual(rebuilt.changes, { create: 5, same: 1 }, rebuilt.text);
    await fixture.host.reboot();
    await fixture.host.ip("netns add net0");
    const destroyed = await stack.destroy();
    assert.equal(destroyed.exitCode, 0, destroyed.text);
    assert.deepEqual(await fixture.namespaces(), ["net0"], "somebody else's net0 is left alone");
  });

  it("refuses a second stack on the same names, and `state delete` makes a thing foreign [57]", async () => {
    const program = 'new netns.Namespace("net0");';
    const [first, second] = [await fixture.stackOf(program), await fixture.stackOf(program)];
    await first.up();
    const refused = await second.up();
    assert.match(refused.text, /Namespace net0: it already exists, and is not in this stack's state/);
    assert.match(refused.text, /pulumi import netns:index:Namespace net0 net0/);
    await first.run([
      "state",
      "delete",
      "urn:pulumi:test::lab::netns:index:Namespace::net0",
      "--yes",
      "--stack",
      "test",
    ]);
    assert.match((await first.up()).text, /it already exists/);
    const imported = await first.import(
      "netns:index:Namespace",
      "net0",
      "net0",
      "--protect=false",
      "--generate-code=false",
    );
    assert.equal(imported.exitCode, 0, imported.text);
    assert.deepEqual((await first.preview()).changes, { same: 2 });
    await first.destroy();
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("works from two engines at once on one host [47]", async () => {
    const lab = (name: string) => `
      for (let i = 0; i < 8; i++) {
        const ns = new netns.Namespace("${name}" + i);
        const link = new netns.VethPair("${name}-link" + i, { a: { name: "a", namespace: ns.name }, b: { name: "b", namespace: ns.name } });
        new netns.Address("${name}-address" + i, { namespace: ns.name, device: link.a.name, address: "10.0.0.1/24" });
      }`;
    const stacks = [await fixture.stackOf(lab("one")), await fixture.stackOf(lab("two"))];
    const ups = await Promise.all(stacks.map((stack) => stack.up()));
    for (const up of ups) assert.equal(up.changes.create, 25, up.text);
    await Promise.all(stacks.map((stack) => stack.destroy()));
    assert.deepEqual(await fixture.namespaces(), []);
    assert.equal((await fixture.host.tryRun(["ls", "/run/pulumi-netns"])).stdout, "");
  });

  it("replaces by deleting first, what stands on it as well, and ends in a working lab [5] [7] [56]", async () => {
    const stack = await fixture.stackOf(`
      const net0 = new netns.Namespace("net0", { name: process.env.NAME });
      const net1 = new netns.Namespace("net1");
      const link = new netns.VethPair("link", { a: { name: "veth0", namespace: net0.name }, b: { name: "veth1", namespace: net1.name } });
      new netns.Address("left", { namespace: net0.name, device: link.a.name, address: "10.0.1.1/24" });
      new netns.Address("right", { namespace: net1.name, device: link.b.name, address: "10.0.1.2/24" });
    `);
    stack.env.NAME = "old";
    await stack.up();
    stack.env.NAME = "new";
    const preview = await stack.preview();
    const replaced = preview.steps.filter((step) => step.op === "replace");
    assert.deepEqual(replaced.map(({ resource }) => resource).sort(), [
      "Address left",
      "Address right",
      "Namespace net0",
      "VethPair link",
    ]);
    assert.deepEqual(replaced.find(({ resource }) => resource === "Namespace net0")?.diff, ["name"]);
    const up = await stack.up();
    assert.equal(up.exitCode, 0, up.text);
    assert.deepEqual(await fixture.namespaces(), ["net1", "new"]);
    const again = await stack.up();
    await fixture.host.ip("netns exec new ping -c 1 -W 2 10.0.1.2");
    assert.deepEqual(again.changes, { same: 6 }, again.text);
    await stack.destroy();
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("keeps a thing through a rename with an alias, and with retainOnDelete", async () => {
    const stack = await fixture.stackOf(`
      const renamed = process.env.STEP === "2";
      new netns.Namespace(renamed ? "new" : "old", { name: "net0" }, { aliases: renamed ? [{ name: "old" }] : [], retainOnDelete: true });
    `);
    await stack.up();
    const inode = await fixture.host.run(["stat", "-L", "-c", "%i", "/run/netns/net0"]);
    stack.env.STEP = "2";
    const renamed = await stack.up();
    assert.deepEqual(renamed.changes, { same: 2 }, renamed.text);
    await stack.destroy();
    assert.equal(await fixture.host.run(["stat", "-L", "-c", "%i", "/run/netns/net0"]), inode);
  });

  it("lists what is on the host by ids that import [30]", async () => {
    const stack = await fixture.stackOf("");
    await fixture.host.ip("netns add b");
    await fixture.host.ip("netns add a");
    const words = [
      "do",
      "--package",
      path.join(pluginFolder, "pulumi-resource-netns"),
      "netns:index:Namespace",
      "list",
    ];
    const listed = await stack.run(words);
    assert.deepEqual(
      JSON.parse(listed.stdout),
      ["a", "b"].map((name) => ({ id: name, name })),
      listed.stderr,
    );
  });
});
