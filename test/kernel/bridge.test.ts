import assert from "node:assert/strict";
import { TestProvider } from "../support/provider/testProvider";
import { madeWhereBuilt } from "../support/suites/kernelOptions";
import { kernelSuite, linkIn } from "../support/suites/kernelSuite";

const BR0 = { namespace: "x", name: "br0" };

kernelSuite("Bridge on the kernel", (fixture) => {
  /** Settings as the kernel's files show them. */
  const settings = async (...names: string[]) => {
    const files = names.map((name) => `/sys/class/net/br0/bridge/${name}`);
    const text = await fixture.lab.run(["ip", "netns", "exec", "x", "cat", ...files]);
    return text.trim().split("\n").map(Number);
  };

  it("makes it where it belongs, up and marked, with all that the program says", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Bridge", "br0", {
      namespace: "x",
      mac: "02:00:00:00:00:0A",
      mtu: 1400,
      stp: true,
      forwardDelay: 400,
      helloTime: 100,
      maxAge: 700,
      priority: 4096,
      ageingTime: 6000,
      mcastSnooping: false,
    });
    assert.equal(made.id, "x/br0");
    const link = await linkIn(lab, "x", "br0");
    assert.deepEqual([link.mtu, link.address, link.flags.includes("UP")], [1400, "02:00:00:00:00:0a", true]);
    assert.deepEqual([link.ifalias, link.group], [made.state.__mark, "default"]);
    const names = [
      "stp_state",
      "forward_delay",
      "hello_time",
      "max_age",
      "priority",
      "ageing_time",
      "multicast_snooping",
    ];
    assert.deepEqual(await settings(...names), [1, 400, 100, 700, 4096, 6000, 0]);
    assert.deepEqual([made.state.ifindex, made.state.mac], [link.ifindex, link.address]);
    assert.deepEqual(await provider.read("Bridge", "br0", made), made);
    await provider.delete("Bridge", "br0", made);
    assert.equal(await provider.read("Bridge", "br0", made), undefined);
    await provider.delete("Bridge", "br0", made);
  });

  it("changes every setting in place, and puts the kernel's own back when they leave the program", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Bridge", "br0", BR0);
    const { ifindex } = await linkIn(lab, "x", "br0");
    const more = { mtu: 9000, mac: "02:00:00:00:00:0b", priority: 0, ageingTime: 0, mcastSnooping: false, up: false };
    const now = await provider.update("Bridge", "br0", made, { ...BR0, ...more });
    const link = await linkIn(lab, "x", "br0");
    assert.deepEqual([link.ifindex, link.mtu, link.address], [ifindex, 9000, "02:00:00:00:00:0b"]);
    assert.equal(link.flags.includes("UP"), false);
    assert.deepEqual(await settings("priority", "ageing_time", "multicast_snooping"), [0, 0, 0]);
    const back = await provider.update("Bridge", "br0", now, BR0);
    assert.deepEqual(await settings("priority", "ageing_time", "multicast_snooping"), [32768, 30000, 1]);
    assert.equal((await linkIn(lab, "x", "br0")).mtu, 1500);
    assert.notEqual((await linkIn(lab, "x", "br0")).address, "02:00:00:00:00:0b");
    await provider.delete("Bridge", "br0", back);
  });

  for (const mtu of [1400, 1500, 9000]) {
    it(`keeps the MTU of ${mtu} that the program says, whatever that of ports that join and leave`, async () => {
      const { lab, provider } = fixture;
      const ofBridge = async () => (await linkIn(lab, "x", "br0")).mtu;
      for (const [port, peer, size] of [
        ["va", "vb", 1300],
        ["vc", "vd", 8950],
      ] as const)
        await lab.ip(`-n x link add name ${port} mtu ${size} type veth peer name ${peer}`);
      const made = await provider.create("Bridge", "br0", { ...BR0, mtu });
      for (const change of ["va master br0", "vc master br0", "va nomaster", "vc mtu 1350", "vc nomaster"]) {
        await lab.ip(`-n x link set ${change}`);
        assert.equal(await ofBridge(), mtu, change);
      }
      assert.deepEqual(await provider.read("Bridge", "br0", made), made);
      const without = await provider.update("Bridge", "br0", made, BR0);
      assert.equal(await ofBridge(), 1500);
      assert.deepEqual(await provider.read("Bridge", "br0", without), without);
      const back = await provider.update("Bridge", "br0", without, { ...BR0, mtu });
      await lab.ip("-n x link set va master br0");
      assert.equal(await ofBridge(), mtu);
      await provider.delete("Bridge", "br0", back);
      for (const port of ["va", "vc"]) await lab.ip(`-n x link del ${port}`);
    });
  }

  it("follows its ports where the program says no MTU, and that is no drift", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link add name va mtu 8950 type veth peer name vb");
    const made = await provider.create("Bridge", "br0", BR0);
    await lab.ip("-n x link set va master br0");
    assert.equal((await linkIn(lab, "x", "br0")).mtu, 8950);
    const seen = await provider.read("Bridge", "br0", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("Bridge", seen, made.inputs).details, []);
    await provider.delete("Bridge", "br0", seen);
    await lab.ip("-n x link del va");
  });

  it("keeps it in a Topology, with ports that join in the same update", async () => {
    const { lab, provider } = fixture;
    const mtus = async () => Promise.all(["br0", "br1"].map(async (name) => (await linkIn(lab, "x", name)).mtu));
    const net = (ports: [number, string][], mtu?: number) => ({
      bridges: [
        { ...BR0, mtu },
        { ...BR0, name: "br1" },
      ],
      vethPairs: ports.map(([size], index) => ({
        a: { namespace: "x", name: `p${index}`, mtu: size },
        b: { namespace: "y", name: `q${index}`, mtu: size },
      })),
      bridgePorts: ports.map(([, bridge], index) => ({ namespace: "x", bridge, device: `p${index}` })),
    });
    let made = await provider.create(
      "Topology",
      "net",
      net(
        [
          [8950, "br0"],
          [8950, "br1"],
        ],
        1500,
      ),
    );
    for (const [ports, mtu, seen] of [
      [
        [
          [8950, "br0"],
          [8950, "br1"],
        ],
        1500,
        [1500, 8950],
      ],
      [
        [
          [1300, "br0"],
          [8950, "br1"],
        ],
        1500,
        [1500, 8950],
      ],
      [
        [
          [1300, "br1"],
          [8950, "br1"],
        ],
        1400,
        [1400, 1300],
      ],
      [[[1300, "br0"]], 9000, [9000, 1500]],
    ] as [[number, string][], number, number[]][]) {
      made = await provider.update("Topology", "net", made, net(ports, mtu));
      assert.deepEqual((await mtus())[0], seen[0]);
      if (ports.some(([, bridge]) => bridge === "br1")) assert.deepEqual((await mtus())[1], seen[1]);
      const now = await provider.read("Topology", "net", made);
      assert.ok(now);
      assert.deepEqual(provider.diff("Topology", now, made.inputs).details, []);
    }
    await provider.delete("Topology", "net", made);
  });

  it("goes between the delays that only a bridge with and one without the spanning tree can have", async () => {
    const { provider } = fixture;
    const made = await provider.create("Bridge", "br0", { ...BR0, forwardDelay: 0 });
    const on = await provider.update("Bridge", "br0", made, { ...BR0, stp: true, forwardDelay: 200 });
    assert.deepEqual(await settings("stp_state", "forward_delay"), [1, 200]);
    const off = await provider.update("Bridge", "br0", on, { ...BR0, stp: false, forwardDelay: 0 });
    assert.deepEqual(await settings("stp_state", "forward_delay"), [0, 0]);
    await provider.delete("Bridge", "br0", off);
  });

  it("says so where the kernel does not keep an odd number of hundredths of a second", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link add br1 type bridge ageing_time 101");
    const [one] = await lab.json<{ linkinfo: { info_data: { ageing_time: number } } }[]>(
      "ip -n x -j -d link show br1".split(" "),
    );
    await lab.ip("-n x link del br1");
    const kept = one?.linkinfo.info_data.ageing_time;
    const made = provider.create("Bridge", "br0", { ...BR0, ageingTime: 101 });
    if (kept === 101) return provider.delete("Bridge", "br0", await made);
    // With CONFIG_HZ=250.
    assert.equal(kept, 100);
    await assert.rejects(made, /the kernel did not take ageingTime = 101\n {2}it shows 100\n/);
  });

  it("takes back a changed ageing time, and leaves alone what the program never said", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Bridge", "br0", { ...BR0, ageingTime: 6000 });
    await lab.ip("-n x link set br0 type bridge ageing_time 1000 priority 1");
    const seen = await provider.read("Bridge", "br0", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("Bridge", seen, made.inputs).details, ["ageingTime: UPDATE"]);
    const now = await provider.update("Bridge", "br0", seen, made.inputs);
    assert.deepEqual(await settings("ageing_time", "priority"), [6000, 1]);
    await provider.delete("Bridge", "br0", now);
  });

  it("replaces for name and namespace", async () => {
    const made = await fixture.provider.create("Bridge", "br0", BR0);
    const news = fixture.provider.check("Bridge", "br0", { namespace: "y", name: "br1" }).inputs;
    const { details, response } = fixture.provider.diff("Bridge", made, news);
    assert.deepEqual(details, ["name: UPDATE_REPLACE", "namespace: UPDATE_REPLACE"]);
    assert.equal(response.getDeletebeforereplace(), true);
    await fixture.provider.delete("Bridge", "br0", made);
  });

  it("leaves foreign devices of that name alone and says so [31]", async () => {
    const { lab, provider } = fixture;
    for (const [type, what] of [
      ["bridge", "the bridge x/br0"],
      ["veth peer name vb", "a device x/br0 that is no bridge"],
    ]) {
      await lab.ip(`-n x link add name br0 type ${type}`);
      const before = await linkIn(lab, "x", "br0");
      const refused = new RegExp(`it already exists.*\\n  there is ${what}; it is left as it is`);
      await assert.rejects(provider.create("Bridge", "br0", BR0), refused);
      assert.deepEqual(await linkIn(lab, "x", "br0"), before);
      await lab.ip("-n x link del dev br0");
    }
  });

  it("survives being deleted by hand, and does not delete what has its name since [34]", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Bridge", "br0", BR0);
    await lab.ip("-n x link del br0");
    assert.equal(await provider.read("Bridge", "br0", made), undefined);
    await lab.ip("-n x link add name br0 type bridge");
    assert.equal(await provider.read("Bridge", "br0", made), undefined);
    await provider.delete("Bridge", "br0", made);
    await linkIn(lab, "x", "br0");
    await lab.ip("-n x link del br0");
    await provider.delete("Bridge", "br0", { ...made, state: { ...made.state, namespace: "gone" } });
  });

  it("sees that it was renamed, calls it a replacement, and removes it, also where another has its name", async () => {
    const { lab, provider } = fixture;
    for (const more of [[], ["-n x link add name br0 type bridge"]]) {
      const made = await provider.create("Bridge", "br0", BR0);
      for (const line of ["-n x link set br0 down", "-n x link set br0 name br7", "-n x link set br7 up", ...more])
        await lab.ip(line);
      const seen = await provider.read("Bridge", "br0", made);
      assert.ok(seen);
      const { details } = provider.diff("Bridge", seen, made.inputs);
      assert.deepEqual(details, ["name: UPDATE_REPLACE"]);
      await provider.delete("Bridge", "br0", more.length === 0 ? seen : made);
      assert.equal((await lab.tryRun(["ip", "-n", "x", "link", "show", "br7"])).exitCode, 1);
    }
    await lab.ip("-n x link del br0");
  });

  it("goes on after a run that died between making it and marking it, and before it was answered for", async () => {
    const { lab } = fixture;
    // A name that no batch can hold: each step is a command of its own.
    const odd = { namespace: "x", name: "br#0" };
    const dying = new TestProvider(lab);
    dying.dieBefore((command) => command.includes("alias"));
    await assert.rejects(dying.create("Bridge", "br0", odd));
    assert.equal((await linkIn(lab, "x", "br#0")).ifalias, undefined);
    const lost = await new TestProvider(lab).create("Bridge", "br0", odd);
    assert.equal((await linkIn(lab, "x", "br#0")).ifalias, lost.state.__mark);
    const made = await fixture.provider.create("Bridge", "br0", { ...odd, priority: 1 });
    assert.deepEqual([made.state.ifindex, made.state.priority], [lost.state.ifindex, 1]);
    await fixture.provider.delete("Bridge", "br0", made);
  });

  it("imports a bridge, with inputs whose next diff is empty", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link add name br0 type bridge stp_state 1 max_age 700");
    const found = await provider.import("Bridge", "x/br0");
    assert.deepEqual(found?.inputs, { ...BR0, up: false, stp: true, maxAge: 700 });
    const { inputs, failures } = provider.check("Bridge", "found", found.inputs);
    assert.deepEqual([failures, provider.diff("Bridge", found, inputs).details], [[], []]);
    assert.deepEqual(await provider.list("Bridge"), ["x/br0"]);
    await provider.delete("Bridge", "found", found);
    await assert.rejects(provider.import("Bridge", "x/lo"), /there is a device x\/lo that is no bridge/);
    assert.equal(await provider.import("Bridge", "x/br0"), undefined);
  });

  it("puts everything back when an update fails half way [33]", async () => {
    const { provider } = fixture;
    const made = await provider.create("Bridge", "br0", BR0);
    provider.failOn((command) => command.includes("ageing_time 1000"));
    const news = { ...BR0, mtu: 1400, priority: 7, ageingTime: 1000 };
    await assert.rejects(provider.update("Bridge", "br0", made, news), /could not set .*\n.*refused by the test/);
    assert.deepEqual(await settings("priority", "ageing_time"), [32768, 30000]);
    await provider.delete("Bridge", "br0", made);
  });

  it("is in the VLANs that the program says, and in no others", async function () {
    const { lab, provider } = fixture;
    const vlans = async () => {
      const text = await lab.run(["ip", "netns", "exec", "x", "bridge", "vlan", "show", "dev", "br0"]);
      return text.replace(/^.*\n/, "").replace("br0", "").trim().split(/\n\s+/);
    };
    const one = [{ vid: 11 }, { vid: 10 }, { vid: 2, pvid: true, untagged: true }];
    const made = await madeWhereBuilt(this, "CONFIG_BRIDGE_VLAN_FILTERING", () =>
      provider.create("Bridge", "br0", { ...BR0, vlanFiltering: true, vlans: one }),
    );
    assert.deepEqual(await vlans(), ["2 PVID Egress Untagged", "10", "11"]);
    assert.deepEqual(made.state.vlans, [
      { vid: 2, pvid: true, untagged: true },
      { vid: 10, vidEnd: 11 },
    ]);
    const news = { ...BR0, vlanFiltering: true, defaultPvid: 7, vlans: [{ vid: 10, untagged: true }, { vid: 30 }] };
    const now = await provider.update("Bridge", "br0", made, news);
    assert.deepEqual(await vlans(), ["10 Egress Untagged", "30"]);

    await lab.run(["ip", "netns", "exec", "x", "bridge", "vlan", "add", "vid", "40", "dev", "br0", "self"]);
    const seen = await provider.read("Bridge", "br0", now);
    assert.ok(seen);
    assert.deepEqual(provider.diff("Bridge", seen, now.inputs).details, ["vlans[2].vid: DELETE"]);
    const again = await provider.update("Bridge", "br0", seen, now.inputs);
    assert.deepEqual(await vlans(), ["10 Egress Untagged", "30"]);
    assert.deepEqual((await provider.import("Bridge", "x/br0", "br0"))?.inputs, now.inputs);

    const back = await provider.update("Bridge", "br0", again, { ...BR0, defaultPvid: 5 });
    assert.deepEqual(await vlans(), ["5 PVID Egress Untagged"]);
    await provider.delete("Bridge", "br0", back);
  });

  it("says what the kernel lacks for a default VLAN", async function () {
    const { provider } = fixture;
    const made = await madeWhereBuilt(this, "CONFIG_BRIDGE_VLAN_FILTERING", () =>
      provider.create("Bridge", "br0", { ...BR0, defaultPvid: 7 }),
    );
    assert.deepEqual(made.state.vlans, [{ vid: 7, pvid: true, untagged: true }]);
    await provider.delete("Bridge", "br0", made);
  });
});
