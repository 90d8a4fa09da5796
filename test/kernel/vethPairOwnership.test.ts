import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { TestProvider } from "../support/provider/testProvider";
import { kernelSuite, linkIn } from "../support/suites/kernelSuite";

const PAIR = { a: { name: "va", namespace: "x" }, b: { name: "vb", namespace: "y" } };

kernelSuite("Whose a VethPair is", (fixture) => {
  it("leaves foreign devices of either name alone and says so [31]", async () => {
    const { lab, provider } = fixture;
    for (const [netns, name] of [
      ["x", "va"],
      ["y", "vb"],
    ] as const) {
      await lab.ip(`-n ${netns} link add name ${name} type bridge`);
      const before = await linkIn(lab, netns, name);
      await assert.rejects(
        provider.create("VethPair", "link", PAIR),
        name === "va"
          ? /it already exists.*\n {2}there is a device x\/va that is not a veth; it is left as it is/
          : /it already exists.*\n {2}there is a device y\/vb that is not a veth; it is left as it is/,
      );
      assert.deepEqual(await linkIn(lab, netns, name), before);
      await lab.ip(`-n ${netns} link del ${name}`);
    }
  });

  it("imports a pair by either end, with inputs whose next diff is empty", async () => {
    const { lab, provider } = fixture;
    await lab.ip("link add name p0 netns x mtu 1400 type veth peer name p1 netns y");
    for (const [id, other] of [
      ["x/p0", "p1"],
      ["y/p1", "p0"],
    ] as const) {
      const found = await provider.import("VethPair", id);
      assert.ok(found);
      assert.equal((found.inputs.b as Json).name, other);
      const { inputs, failures } = provider.check("VethPair", "pair", found.inputs);
      assert.deepEqual([failures, provider.diff("VethPair", found, inputs).details], [[], []]);
    }
    const found = await provider.import("VethPair", "x/p0");
    assert.deepEqual(found?.inputs, {
      a: { name: "p0", namespace: "x", up: false, mtu: 1400 },
      b: { name: "p1", namespace: "y", up: false },
    });
    await provider.delete("VethPair", "pair", found);
  });

  it("imports a pair within one namespace, and one with an end outside all named ones", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link add name p0 type veth peer name p1");
    const inside = await provider.import("VethPair", "x/p0");
    assert.deepEqual(inside?.inputs.b, { name: "p1", namespace: "x", up: false });
    await provider.delete("VethPair", "pair", inside);
    await lab.ip("link add name p0 netns x type veth peer name p1");
    const outside = await provider.import("VethPair", "x/p0");
    assert.deepEqual(outside?.inputs.b, { name: "p1", up: false });
    await provider.delete("VethPair", "pair", outside);
  });

  it("does not import what is no veth", async () => {
    await assert.rejects(fixture.provider.import("VethPair", "x/lo"), /there is a device x\/lo that is not a veth/);
    assert.equal(await fixture.provider.import("VethPair", "x/none"), undefined);
    assert.equal(await fixture.provider.import("VethPair", "nowhere/va"), undefined);
  });

  it("does not delete the pair that somebody else made under the name of ours", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("VethPair", "link", PAIR);
    await lab.ip("-n x link del va");
    await lab.ip("link add name va netns x type veth peer name vb netns y");
    assert.equal(await provider.read("VethPair", "link", made), undefined);
    await provider.delete("VethPair", "link", made);
    await linkIn(lab, "x", "va");
    await lab.ip("-n x link del va");
  });

  it("sees through the other end that one was renamed or moved, calls it a replacement, and removes it all", async () => {
    const { lab, provider } = fixture;
    const tricks = [
      ["b.name", "-n y link set vb down", "-n y link set vb name eth7"],
      ["a.name", "-n x link set va down", "-n x link set va name eth7"],
      ["b.namespace", "-n y link set vb netns x"],
      ["a.namespace", "-n x link set va netns y"],
    ];
    for (const [path, ...lines] of tricks) {
      const made = await provider.create("VethPair", "link", PAIR);
      for (const line of lines) await lab.ip(line);
      const seen = await provider.read("VethPair", "link", made);
      assert.ok(seen, path);
      const { details } = provider.diff("VethPair", seen, made.inputs);
      assert.ok(details.includes(`${path}: UPDATE_REPLACE`), `${path} among ${details}`);
      await provider.delete("VethPair", "link", seen);
      const again = await provider.create("VethPair", "link", PAIR);
      for (const line of lines) await lab.ip(line);
      await provider.delete("VethPair", "link", again);
    }
  });

  it("does not lose the end that stays when the other goes where it cannot be seen, and replaces the pair", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("VethPair", "link", PAIR);
    await lab.ip("netns add hidden");
    await lab.run(["touch", "/run/elsewhere"]);
    await lab.run(["mount", "--bind", "/run/netns/hidden", "/run/elsewhere"]);
    await lab.ip("netns del hidden");
    await lab.ip("-n y link set vb netns /run/elsewhere");

    const seen = await provider.read("VethPair", "link", made);
    assert.ok(seen, "not gone");
    const { replaces } = provider.diff("VethPair", seen, made.inputs);
    assert.deepEqual(replaces.sort(), ["a", "b"]);
    await lab.run(["nsenter", "--net=/run/elsewhere", "ip", "link", "set", "vb", "netns", "/run/netns/y"]);
    await lab.ip("-n y link set vb up");
    const back = await provider.read("VethPair", "link", seen);
    assert.ok(back);
    assert.deepEqual(provider.diff("VethPair", back, made.inputs).details, []);

    await lab.ip("-n y link set vb netns /run/elsewhere");
    await provider.delete("VethPair", "link", seen);
    await lab.run(["umount", "/run/elsewhere"]);
    await lab.run(["rm", "/run/elsewhere"]);
  });

  it("is not another resource's: import refuses it, and an error names that one", async () => {
    const { provider } = fixture;
    const made = await provider.create("VethPair", "link", PAIR);
    await assert.rejects(provider.import("VethPair", "x/va", "other"), /another resource has it: lab\/test\/link/);
    await assert.rejects(provider.create("VethPair", "other", PAIR), /resource `link` of this stack already has it/);
    await provider.delete("VethPair", "link", made);
  });

  it("finds the right peer among several with other numbers", async () => {
    const { lab, provider } = fixture;
    await lab.ip("link add name own index 9 type veth peer name p7 index 7 netns y");
    await lab.ip("link add name v7 index 77 netns x type veth peer name w9 index 99 netns y");
    const found = await provider.import("VethPair", "x/v7");
    assert.deepEqual(found?.inputs.b, { name: "w9", namespace: "y", up: false });
    await lab.ip("link del own");
    await lab.ip("-n x link del v7");
  });

  it("goes on after a run that died between making the pair and marking it", async () => {
    const { lab } = fixture;
    const dying = new TestProvider(lab);
    dying.dieBefore((command) => command.includes("alias"));
    await assert.rejects(dying.create("VethPair", "link", PAIR));
    assert.equal((await linkIn(lab, "x", "va")).ifalias, undefined);
    const made = await fixture.provider.create("VethPair", "link", PAIR);
    assert.equal((await linkIn(lab, "x", "va")).ifalias, made.state.__mark);
    await fixture.provider.delete("VethPair", "link", made);
  });

  it("makes a half-made pair anew when the program has changed its other end since", async () => {
    const { lab } = fixture;
    const dying = new TestProvider(lab);
    dying.dieBefore((command) => command.includes("alias"));
    await assert.rejects(dying.create("VethPair", "link", PAIR));
    const made = await fixture.provider.create("VethPair", "link", { ...PAIR, b: { name: "vc", namespace: "x" } });
    await linkIn(lab, "x", "vc");
    await fixture.provider.delete("VethPair", "link", made);
  });

  it("does not take a foreign pair for what a dead run was about to make", async () => {
    const { lab } = fixture;
    const dying = new TestProvider(lab);
    dying.dieBefore((command) => command.includes("link add"));
    await assert.rejects(dying.create("VethPair", "link", PAIR));
    await lab.ip("link add name va netns x type veth peer name vb netns y");
    await assert.rejects(fixture.provider.create("VethPair", "link", PAIR), /already exists/);
    await lab.ip("-n x link del va");
  });

  it("undoes what it made when a later step fails [32]", async () => {
    const { lab, provider } = fixture;
    provider.failOn((command) => command.includes("dev vb alias"));
    await assert.rejects(
      provider.create("VethPair", "link", PAIR),
      /could not mark end b and set it up\n.*refused by the test/,
    );
    assert.equal((await lab.tryRun(["ip", "-n", "x", "link", "show", "va"])).exitCode, 1);
  });

  it("puts everything back when an update fails half way [33]", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("VethPair", "link", PAIR);
    provider.failOn((command) => command.includes("dev vb mtu 1300"));
    await assert.rejects(
      provider.update("VethPair", "link", made, { a: { ...PAIR.a, mtu: 1300 }, b: { ...PAIR.b, mtu: 1300 } }),
      /could not set mtu of end b/,
    );
    assert.deepEqual([(await linkIn(lab, "x", "va")).mtu, (await linkIn(lab, "y", "vb")).mtu], [1500, 1500]);
    await provider.delete("VethPair", "link", made);
  });
});
