import assert from "node:assert/strict";
import { stackSuite } from "../support/suites/stackSuite";

stackSuite("What a program says of who reaches whom", [], (fixture) => {
  it("is proved by up, shown as drift by preview, and fails an up until it is so again", async () => {
    const stack = await fixture.stackOf(`
      const net0 = new netns.Namespace("net0");
      const net1 = new netns.Namespace("net1");
      const link = new netns.VethPair("link", { a: { name: "veth0", namespace: net0.name }, b: { name: "veth1", namespace: net1.name } });
      const left = new netns.Address("left", { namespace: net0.name, device: link.a.name, address: "10.0.1.1/24" });
      const right = new netns.Address("right", { namespace: net1.name, device: link.b.name, address: "10.0.1.2/24" });
      const wall = new netns.Firewall("wall", { namespace: net1.name, rules: "chain in { type filter hook input priority filter; tcp dport 80 drop; }" });
      const dependsOn = [left, right, wall];
      const timeoutMs = 1000;
      const ping = new netns.Reachability("ping", { namespace: net0.name, to: net1.name, timeoutMs }, { dependsOn });
      new netns.Reachability("web", { namespace: net0.name, to: net1.name, protocol: "tcp", port: 80, reachable: false, timeoutMs }, { dependsOn });
      exports.heard = ping.heard;
    `);
    const made = await stack.up();
    assert.deepEqual([made.exitCode, made.changes], [0, { create: 9 }], made.text);
    assert.match(made.text, /heard: "an answer from 10\.0\.1\.2"/);
    const again = await stack.up();
    assert.deepEqual(again.changes, { same: 9 }, again.text);

    const foreign =
      "table inet foreign { chain c { type filter hook input priority filter; icmp type echo-request drop; }; }";
    await fixture.host.run(["ip", "netns", "exec", "net1", "nft", foreign]);
    const preview = await stack.preview();
    const steps = preview.steps.filter(({ op }) => op === "update" || op === "create" || op === "replace");
    assert.deepEqual(
      steps.map(({ op, resource, diff }) => `${op} ${resource} ${diff}`),
      ["update Reachability ping reachable"],
    );
    const failed = await stack.up();
    assert.notEqual(failed.exitCode, 0);
    assert.match(failed.text, /net0\/net1\/icmp: net0 is to reach net1, and that is not so/);
    assert.match(
      failed.text,
      /heard: nothing; On net1 the chain c of the table inet foreign \(hook input\) drops the packet, by rule 1/,
    );
    await fixture.host.ip("netns exec net1 nft delete table inet foreign");
    const mended = await stack.up();
    assert.deepEqual(mended.changes, { same: 9 }, mended.text);

    await fixture.host.reboot();
    const rebuilt = await stack.up();
    assert.equal(rebuilt.exitCode, 0, rebuilt.text);
    const destroyed = await stack.destroy();
    assert.equal(destroyed.exitCode, 0, destroyed.text);
    assert.deepEqual(await fixture.namespaces(), []);
  });
});
