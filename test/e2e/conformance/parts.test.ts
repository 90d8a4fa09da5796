import assert from "node:assert/strict";
import { callsOf, changing } from "../../support/engine/calls";
import type { Stack } from "../../support/engine/pulumi";
import { stableNetwork } from "../../support/labHost/stableSnapshot";
import { changesOf, done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";

/** Two sides that nothing joins, so that either can be left out. */
const side = (n: number, mtu = 1400, value = 1) => `
const net${n} = new netns.Namespace("net${n}");
const link${n} = new netns.VethPair("link${n}", { a: { name: "va", namespace: net${n}.name, mtu: ${mtu} }, b: { name: "vb", namespace: net${n}.name } });
new netns.Address("one${n}", { namespace: net${n}.name, device: link${n}.a.name, address: "10.0.${n}.1/24" });
new netns.Sysctl("forward${n}", { namespace: net${n}.name, key: "net.ipv4.ip_forward", value: ${value} });
`;
const ORDER = ["Namespace", "VethPair", "Address"];

stackSuite("A part of a stack", [], (fixture) => {
  const state = async (stack: Stack, ...words: string[]) => {
    const ran = await stack.run(["state", ...words, "--yes"]);
    assert.equal(ran.exitCode, 0, `${ran.stdout}\n${ran.stderr}`);
  };

  it("--target and --exclude: only what is named is touched, by up, refresh and destroy [44]", async () => {
    const stack = await fixture.stackOf(side(0) + side(1));
    done(await stack.up());
    await fixture.edit(stack, side(0, 1300, 0) + side(1, 1300, 0));
    const link = stack.urn("VethPair", "link0");
    const targeted = await callsOf(stack, async () => done(await stack.up("--target", link)));
    assert.deepEqual(changing(targeted), ["Update VethPair link0"]);
    assert.deepEqual(
      [...new Set(targeted.filter(({ method }) => method === "Read").map(({ resource }) => resource))],
      ["VethPair link0"],
    );
    const others = [stack.urn("VethPair", "link1"), stack.urn("Sysctl", "forward1")].flatMap((urn) => [
      "--exclude",
      urn,
    ]);
    assert.deepEqual(changesOf(done(await stack.up(...others))), ["update Sysctl forward0"]);
    const foreign = await stableNetwork(fixture.host, "net1");
    await fixture.host.ip("netns del net0");
    const recorded = async () => (await stack.resources()).map(({ urn }) => urn);
    const all = await recorded();
    done(await stack.refresh("--target", link));
    assert.deepEqual(
      all.filter((urn) => urn !== link),
      await recorded(),
    );
    const names = ["net0", "link0", "one0", "forward0"];
    done(await stack.up("--exclude", stack.urn("VethPair", "link1"), "--exclude", stack.urn("Sysctl", "forward1")));
    assert.deepEqual(await stableNetwork(fixture.host, "net1"), foreign);
    const removed = await stack.destroy("--target", stack.urn("Namespace", "net0"), "--target-dependents");
    assert.deepEqual(
      changesOf(done(removed))
        .map((step) => step.split(" ").at(-1))
        .sort(),
      names.sort(),
    );
    assert.deepEqual(await fixture.namespaces(), ["net1"]);
    assert.deepEqual(await stableNetwork(fixture.host, "net1"), foreign);
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("state rename and state move: the thing is the same under its new name, and in its new stack [44]", async () => {
    const stack = await fixture.stackOf(side(0));
    done(await stack.up());
    const before = await stableNetwork(fixture.host, "net0");
    for (const [type, name] of [
      ["Namespace", "net0"],
      ["VethPair", "link0"],
      ["Address", "one0"],
      ["Sysctl", "forward0"],
    ] as const) {
      await state(stack, "rename", stack.urn(type, name), `${name}x`, "--stack", "test");
    }
    const renamed = side(0)
      .replace(/\("(\w+)", \{/g, '("$1x", {')
      .replace('("net0")', '("net0x", { name: "net0" })');
    await fixture.edit(stack, renamed);
    unchanged(await stack.up());
    await stack.run(["stack", "init", "other", "--no-select"]);
    await state(
      stack,
      "move",
      "--source",
      "test",
      "--dest",
      "other",
      "--include-parents",
      stack.urn("Namespace", "net0x"),
      stack.urn("VethPair", "link0x"),
      stack.urn("Address", "one0x"),
      stack.urn("Sysctl", "forward0x"),
    );
    assert.deepEqual(
      (await stack.resources()).filter(({ custom, type }) => custom && String(type).startsWith("netns:")),
      [],
    );
    stack.env.PULUMI_STACK = "other";
    unchanged(await stack.up());
    unchanged(await stack.refresh());
    assert.deepEqual(await stableNetwork(fixture.host, "net0"), before);
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });

  for (const parallel of ["1", "64"]) {
    it(`goes in its order with --parallel ${parallel}, by data flow and by dependsOn, and back [45]`, async () => {
      const chain = Array.from(
        { length: 6 },
        (_, n) => `last = new netns.Namespace("chain${n}", {}, { dependsOn: last });`,
      );
      const stack = await fixture.stackOf(`${side(0)}let last = [];\n${chain.join("\n")}`);
      const made = changing(await callsOf(stack, async () => done(await stack.up("--parallel", parallel))));
      const ups = ["net0", "link0", "one0"].map((name, n) => `Create ${ORDER[n]} ${name}`);
      const chained = chain.map((_, n) => `Create Namespace chain${n}`);
      assert.deepEqual(
        made.filter((call) => ups.includes(call)),
        ups,
      );
      assert.deepEqual(
        made.filter((call) => chained.includes(call)),
        chained,
      );
      assert.ok(made.indexOf("Create Namespace net0") < made.indexOf("Create Sysctl forward0"));
      const gone = changing(await callsOf(stack, async () => done(await stack.destroy("--parallel", parallel))));
      const back = (calls: string[]) => calls.map((call) => call.replace("Create", "Delete")).reverse();
      assert.deepEqual(
        gone.filter((call) => back(ups).includes(call)),
        back(ups),
      );
      assert.deepEqual(
        gone.filter((call) => back(chained).includes(call)),
        back(chained),
      );
      assert.equal(gone.length, made.length);
      assert.deepEqual(await fixture.namespaces(), []);
    });
  }
});
