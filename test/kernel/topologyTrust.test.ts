import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { star } from "../support/inputs/star";
import { comparable } from "../support/labHost/snapshot";
import { stableSnapshot } from "../support/labHost/stableSnapshot";
import { TestProvider } from "../support/provider/testProvider";
import { hasMacvlan, hasQdisc } from "../support/suites/kernelOptions";
import { kernelSuite, linkIn } from "../support/suites/kernelSuite";

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

/** No network has the gateway. */
const UNREACHABLE = { namespace: "x", destination: "10.9.0.0/16", gateway: "192.0.2.9" };
const ON = { namespace: "x", device: "dev0" };
const MACVLAN = { macvlans: [{ name: "mv0", namespace: "x", parent: "dev0" }] };
const TBF = "tbf rate 1mbit burst 32kb latency 50ms";
const QDISC = { ...ON, kind: "tbf", tbf: { rate: "1mbit", burst: "32kb", latency: "50ms" } };
/** What hangs on a device, and what shows it. */
const ON_A_DEVICE: readonly (readonly [string, Json, string])[] = [
  ["an address", { addresses: [{ ...ON, address: "10.0.0.1/24" }] }, "ip -br -4 addr"],
  ["one of IPv6", { addresses: [{ ...ON, address: "2001:db8::1/64", noDad: true }] }, "ip -6 route show 2001:db8::/64"],
  ["a route", { routes: [{ ...ON, destination: "10.8.0.0/16" }] }, "ip route"],
  ["a neighbour", { neighbors: [{ ...ON, address: "10.0.0.2", mac: "02:00:00:00:00:02" }] }, "ip neigh"],
  [
    "a sysctl",
    { sysctls: [{ namespace: "x", key: "net.ipv4.conf.dev0.rp_filter", value: 2 }] },
    "sysctl net.ipv4.conf.dev0.rp_filter",
  ],
  ["settings", { linkSettings: [{ ...ON, txQueueLength: 77 }] }, "cat /sys/class/net/dev0/tx_queue_len"],
  [
    "a port",
    { bridges: [{ name: "br0", namespace: "x" }], bridgePorts: [{ ...ON, bridge: "br0" }] },
    "ls /sys/class/net/br0/brif",
  ],
  ...(hasMacvlan ? ([["a macvlan", MACVLAN, "ip -o link show type macvlan"]] as const) : []),
  ...(hasQdisc(TBF) ? ([["a qdisc", { qdiscs: [QDISC] }, "tc qdisc show dev dev0"]] as const) : []),
];

kernelSuite("A Topology is a transaction", (fixture) => {
  const make = (inputs: Json, provider = fixture.provider) => provider.create("Topology", "lab", inputs);
  const networks = async () => comparable(await stableSnapshot(fixture.lab));

  for (const [what, command, element] of [
    ["a pair", "link add name p2", "vethPairs[1]"],
    ["the far end of a pair", "dev p3 alias", "vethPairs[2].b"],
    ["an address", "addr add 10.0.0.1/16", "addresses[0].address"],
  ] as const) {
    it(`leaves the host as it was when making ${what} fails, and names the element`, async () => {
      const before = await networks();
      fixture.provider.failOn((one) => one.includes(command));
      await assert.rejects(make(star(3)), (error: Error) => {
        assert.ok(error.message.startsWith(`netns:index:Topology lab: ${element}: could not `), error.message);
        assert.match(error.message, /\n {2}.*ip .* → E\w+: refused by the test/);
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
    const { lab, provider } = fixture;
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
    provider.failOn((command) => command.includes("addr add 10.0.5.1"));
    await assert.rejects(provider.update("Topology", "lab", made, wanted), /addresses\[\d\]/);
    assert.deepEqual(await networks(), before);
    provider.failOn(() => false);
    const seen = await provider.read("Topology", "lab", made);
    assert.ok(seen);
    const now = await provider.update("Topology", "lab", seen, wanted);
    assert.equal((await linkIn(lab, "x", "v0")).mtu, 1300);
    await provider.delete("Topology", "lab", now);
  });

  for (const [what, more, show] of ON_A_DEVICE) {
    it(`is at rest after an update that made a device anew and was undone, with what is on it: ${what}`, async () => {
      const { lab, provider } = fixture;
      const cable = (end: string) => ({
        vethPairs: [{ a: { name: "dev0", namespace: "x" }, b: { name: end, namespace: "x" } }],
      });
      const made = await make({ ...cable("dev1"), ...more });
      // Whether what works is UP or UNKNOWN hangs on how soon the kernel has noticed that its parent is up.
      const shown = async () =>
        (await lab.ip(`netns exec x ${show}`)).replace(/\b[0-9a-f]{4}:|^\d+:|state (?:UP|UNKNOWN)/g, "");
      const before = await shown();
      const routes = [...((more.routes as Json[] | undefined) ?? []), UNREACHABLE];
      const failed = provider.update("Topology", "lab", made, { ...cable("dev9"), ...more, routes });
      await assert.rejects(failed, (error: Error) => {
        assert.equal(error.name, "NetnsError", "the state of before holds");
        return /could not add the route/.test(error.message);
      });
      const seen = await new TestProvider(lab).read("Topology", "lab", made);
      assert.ok(seen);
      assert.deepEqual(provider.diff("Topology", seen, made.inputs).details, []);
      assert.equal(await shown(), before);
      const now = await provider.update("Topology", "lab", seen, { ...cable("dev9"), ...more });
      assert.deepEqual(await provider.read("Topology", "lab", now), now);
      await provider.delete("Topology", "lab", now);
    });
  }

  it("says truthfully what exists when undoing fails too", async () => {
    const { lab, provider } = fixture;
    provider.failOn((command) => /addr add 10\.0\.1\.1|link del/.test(command));
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
    const left = { id: error.id, inputs: provider.check("Topology", "lab", DEVICES).inputs, state: error.state };
    const seen = await provider.read("Topology", "lab", left);
    assert.ok(seen);
    const now = await provider.update("Topology", "lab", seen, DEVICES);
    assert.equal((await linkIn(lab, "y", "v3")).addr_info[0]?.local, "10.0.1.1");
    await provider.delete("Topology", "lab", now);
    assert.equal((await lab.ip("netns exec x sysctl -n net.ipv4.ip_forward")).trim(), "0");
  });

  it("refuses, before anything is touched, what is there already, and names it", async () => {
    const { lab } = fixture;
    await lab.ip("-n y link add v3 type veth peer name other");
    await lab.ip("netns add h2");
    const before = await networks();
    await assert.rejects(make(DEVICES), {
      message:
        /^netns:index:Topology lab: parts of it already exist.*\n {2}vethPairs\[1\]: there is the veth pair y\/other\n {2}Remove them/,
    });
    await assert.rejects(make(star(3)), /\n {2}namespaces\[2\]: there is the namespace h2\n/);
    assert.deepEqual(await networks(), before);
    await lab.ip("-n y link del v3");
    await lab.ip("netns del h2");
  });

  it("leaves alone what somebody makes in the last moment, and takes back its own", async () => {
    const { lab, provider } = fixture;
    provider.overtakeBefore(/netns add h2/, () => lab.ip("netns add h2"));
    await assert.rejects(make(star(3)), /namespaces\[2\]\.name: could not make the namespace/);
    assert.equal((await lab.ip("netns")).match(/^(h\d|switch)/gm)?.join(), "h2");
    await lab.ip("netns del h2");
  });

  it("does not take away what somebody else has in its place by now", async () => {
    const { lab, provider } = fixture;
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
    const { lab, provider } = fixture;
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
    const { provider } = fixture;
    const one = await provider.create("Sysctl", "one", FORWARDING);
    await assert.rejects(make(DEVICES), /sysctls\[0\].*|resource `one` of this stack already sets it/);
    await provider.delete("Sysctl", "one", one);
    const made = await make(DEVICES);
    await assert.rejects(provider.create("Sysctl", "one", FORWARDING), /resource `lab` of this stack already sets it/);
    await provider.delete("Topology", "lab", made);
    await provider.delete("Sysctl", "one", await provider.create("Sysctl", "one", FORWARDING));
  });
});
