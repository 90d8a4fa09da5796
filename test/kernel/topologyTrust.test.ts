import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { atRest } from "../support/atRest";
import { kernelSuite, linkIn } from "../support/kernelSuite";
import { TestProvider } from "../support/provider";
import { comparable } from "../support/snapshot";
import { star } from "../support/star";

const FORWARDING = { namespace: "x", key: "net.ipv4.ip_forward", value: 1 };
const DEVICES: Json = {
  vethPairs: [
    { a: { name: "v0", namespace: "x" }, b: { name: "v1", namespace: "y" } },
    { a: { name: "v2", namespace: "x" }, b: { name: "v3", namespace: "y", mtu: 1400 } },
  ],
  sysctls: [FORWARDING],
  addresses: [
    { namespace: "x", device: "v0", address: "10.0.0.1/24" },
    { namespace: "y", device: "v3", address: "10.0.1.1/24" },
  ],
};

kernelSuite("A Topology is a transaction", (bench) => {
  const make = (inputs: Json, provider = bench.provider) => provider.create("Topology", "lab", inputs);
  const networks = async () => comparable(await atRest(bench.lab));

  for (const [what, command, element] of [
    ["a pair", "link add name p2", "vethPairs[1]"],
    ["the far end of a pair", "dev p3 alias", "vethPairs[2].b"],
    ["an address", "addr add 10.0.0.1/16", "addresses[0].address"],
  ] as const) {
    it(`leaves the host as it was when making ${what} fails, and names the element`, async () => {
      const before = await networks();
      bench.provider.failWithin(command);
      await assert.rejects(make(star(3)), (error: Error) => {
        assert.ok(error.message.startsWith(`netns:index:Topology lab: ${element}: could not `), error.message);
        assert.match(error.message, /\n {2}.*ip .* → exit \d+/);
        return true;
      });
      assert.deepEqual(await networks(), before);
    });
  }

  it("leaves the host as it was when the kernel refuses a setting, and puts back those that it took", async () => {
    const { sysctls } = DEVICES as { sysctls: Json[] };
    const before = await networks();
    const bad = { namespace: "x", key: "net.ipv4.ip_default_ttl", value: 900 };
    await assert.rejects(
      make({ ...DEVICES, sysctls: [...sysctls, bad] }),
      /^NetnsError: netns:index:Topology lab: sysctls\[1\]\.value: could not set the value\n.*Invalid argument/,
    );
    assert.deepEqual(await networks(), before);
  });

  it("leaves the host as it was when an update fails: what was made goes, what was changed or removed is as before", async () => {
    const { lab, provider } = bench;
    const made = await make(DEVICES);
    const before = await networks();
    const [pair, second] = DEVICES.vethPairs as Json[];
    const wanted = {
      vethPairs: [
        { ...pair, a: { name: "v0", namespace: "x", mtu: 1300 } },
        second,
        { a: { name: "v4", namespace: "x" }, b: { name: "v5", namespace: "y" } },
      ],
      sysctls: [FORWARDING],
      addresses: [
        { namespace: "x", device: "v4", address: "10.0.4.1/24" },
        { namespace: "x", device: "v2", address: "10.0.5.1/24" },
      ],
    };
    provider.failWithin("addr add 10.0.5.1");
    await assert.rejects(provider.update("Topology", "lab", made, wanted), /addresses\[\d\]/);
    assert.deepEqual(await networks(), before);
    provider.failWithin(undefined);
    const seen = await provider.read("Topology", "lab", made);
    assert.ok(seen);
    const now = await provider.update("Topology", "lab", seen, wanted);
    assert.equal((await linkIn(lab, "x", "v0")).mtu, 1300);
    await provider.delete("Topology", "lab", now);
  });

  it("says truthfully what exists when undoing fails too", async () => {
    const { lab, provider } = bench;
    provider.failWithin("addr add 10.0.1.1");
    provider.failOn((command) => command.includes("link del"));
    const error = await make(DEVICES).then(
      () => assert.fail("it must fail"),
      (thrown: { id: string; state: { vethPairs: Json[]; addresses: Json[] }; reasons: string[] }) => thrown,
    );
    assert.match(error.reasons.join("\n"), /addresses\[1\][\s\S]*Undoing it failed:[\s\S]*remove the pair/);
    assert.deepEqual(
      error.state.vethPairs.map(({ a }) => (a as Json).name),
      ["v0", "v2"],
    );
    provider.failOn(() => false);
    provider.failWithin(undefined);
    const left = { id: error.id, inputs: provider.check("Topology", "lab", DEVICES).inputs, state: error.state };
    const seen = await provider.read("Topology", "lab", left);
    assert.ok(seen);
    const now = await provider.update("Topology", "lab", seen, DEVICES);
    assert.equal((await linkIn(lab, "y", "v3")).addr_info[0]?.local, "10.0.1.1");
    await provider.delete("Topology", "lab", now);
    assert.equal((await lab.ip("netns exec x sysctl -n net.ipv4.ip_forward")).trim(), "0");
  });

  it("refuses, before anything is touched, what is there already, and names it", async () => {
    const { lab } = bench;
    await lab.ip("-n y link add v3 type veth peer name other");
    await lab.ip("netns add h2");
    const before = await networks();
    await assert.rejects(make(DEVICES), {
      message:
        /^netns:index:Topology lab: parts of it exist already.*\n {2}vethPairs\[1\]: there is the veth pair y\/other\n {2}Remove them/,
    });
    await assert.rejects(make(star(3)), /\n {2}namespaces\[2\]: there is the namespace h2\n/);
    assert.deepEqual(await networks(), before);
    await lab.ip("-n y link del v3");
    await lab.ip("netns del h2");
  });

  it("leaves alone what somebody makes in the last moment, and takes back its own", async () => {
    const { lab, provider } = bench;
    provider.overtakeBefore(/link add name p1/, () => lab.ip("netns add h2"));
    await assert.rejects(make(star(3)), /namespaces\[2\]\.name: could not make the namespace/);
    assert.equal((await lab.ip("netns")).match(/^(h\d|switch)/gm)?.join(), "h2");
    await lab.ip("netns del h2");
  });

  it("does not take away what somebody else has in its place by now", async () => {
    const { lab, provider } = bench;
    const made = await make(star(2));
    await lab.ip("netns del h2");
    await lab.ip("netns add h2");
    await lab.ip("-n h2 link add foreign type veth peer name other");
    await provider.delete("Topology", "lab", made);
    assert.equal((await lab.ip("netns")).match(/^(h\d|switch)/gm)?.join(), "h2");
    await lab.ip("-n h2 link show foreign");
    await lab.ip("netns del h2");
  });

  it("goes on after a run that died when it had moved a pair into a new namespace: what it made there goes with that", async () => {
    const { lab, provider } = bench;
    const roomed = (name: string): Json => ({
      namespaces: [{ name }],
      vethPairs: [{ a: { name: "v0", namespace: name }, b: { name: "v1", namespace: "y" } }],
      macvlans: [{ name: "mv0", namespace: name, parent: "v0" }],
      sysctls: [{ namespace: "y", key: "net.ipv4.conf.v1.rp_filter", value: 1 }],
    });
    const made = await make(roomed("old"));
    const dying = new TestProvider(lab);
    dying.dieBefore((command) => command.includes("rp_filter=1"));
    await assert.rejects(dying.update("Topology", "lab", made, roomed("new")));
    const seen = await provider.read("Topology", "lab", made);
    assert.ok(seen);
    const now = await provider.update("Topology", "lab", seen, roomed("new"));
    assert.match(await lab.ip("-n new -br link"), /mv0@v0 /);
    assert.deepEqual(await provider.read("Topology", "lab", now), now);
    await provider.delete("Topology", "lab", now);
    assert.ok(!/^(old|new)/m.test(await lab.ip("netns")));
  });

  it("refuses a setting that another resource has, and gives up its own when it goes", async () => {
    const { provider } = bench;
    const one = await provider.create("Sysctl", "one", FORWARDING);
    await assert.rejects(make(DEVICES), /sysctls\[0\].*|resource `one` of this stack sets it already/);
    await provider.delete("Sysctl", "one", one);
    const made = await make(DEVICES);
    await assert.rejects(provider.create("Sysctl", "one", FORWARDING), /resource `lab` of this stack sets it already/);
    await provider.delete("Topology", "lab", made);
    await provider.delete("Sysctl", "one", await provider.create("Sysctl", "one", FORWARDING));
  });
});
