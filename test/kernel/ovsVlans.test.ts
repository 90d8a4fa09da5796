import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { ovsSuite, SW } from "../support/labHost/ovs";
import { needs } from "../support/suites/needs";

const MODES = ["access", "trunk", "native-tagged", "native-untagged", "dot1q-tunnel"];

/**
 * Host `y` is at p1 in VLAN 10 and at p2 in VLAN 20 of bridge br0. Host `x` is at p0 without a tag and in VLAN 20: what
 * puts that tag on its frames is another bridge, br1, since a kernel may have no VLAN devices.
 */
ovsSuite("the VLANs of an OvsPort on the kernel", (fixture, place) => {
  before(needs("ovs-vsctl", "ovs-vswitchd", "ovsdb-server"));
  const P0 = { ...place, bridge: "br0", name: "p0" };
  const BOTH = { ...P0, tag: 10, trunks: [20], vlanMode: "native-untagged" };
  const make = (inputs: Json) => fixture.provider.create("OvsPort", String(inputs.name), inputs);
  const column = (name: string) => fixture.ovs.get("Port p0", name);
  const reaches = async (from: string, address: string) =>
    (await fixture.lab.tryRun(["ip", "netns", "exec", from, "ping", "-c", "1", "-W", "1", address])).exitCode === 0;
  /** A cable from a port of Open vSwitch to a host. */
  const cable = async (port: string, netns: string, end: string, address?: string) => {
    const { lab } = fixture;
    await lab.ip(`-n ${SW} link add ${port} up type veth peer name ${end} netns ${netns}`);
    await lab.ip(`-n ${netns} link set ${end} up`);
    if (address) await lab.ip(`-n ${netns} addr add ${address} dev ${end}`);
  };

  beforeEach(async () => {
    const { ovs } = fixture;
    await cable("p0", SW, "e0");
    await cable("u0", "x", "plain", "10.0.1.1/24");
    await cable("t0", "x", "tagged", "10.0.2.1/24");
    await cable("p1", "y", "e1", "10.0.1.2/24");
    await cable("p2", "y", "e2", "10.0.2.2/24");
    for (const name of ["br0", "br1"]) await ovs.vsctl(`add-br ${name} -- set Bridge ${name} datapath_type=netdev`);
    await ovs.vsctl("add-port br0 p1 tag=10 -- add-port br0 p2 tag=20");
    await ovs.vsctl("add-port br1 e0 -- add-port br1 u0 -- add-port br1 t0 tag=20");
  });
  afterEach(async () => {
    for (const name of ["br0", "br1"]) await fixture.ovs.vsctl(`del-br ${name}`);
    for (const name of ["p0", "u0", "t0", "p1", "p2"]) await fixture.lab.ip(`-n ${SW} link del ${name}`);
  });

  it("carry the frames of the tag and of the trunks where the mode says so, and else not", async () => {
    const { provider } = fixture;
    const native = await make(BOTH);
    assert.deepEqual([await reaches("x", "10.0.1.2"), await reaches("x", "10.0.2.2")], [true, true]);
    assert.deepEqual(await provider.read("OvsPort", "p0", native), native);
    const tagged = await provider.update("OvsPort", "p0", native, { ...BOTH, vlanMode: "native-tagged" });
    assert.deepEqual([await reaches("x", "10.0.1.2"), await reaches("x", "10.0.2.2")], [false, true]);
    const access = await provider.update("OvsPort", "p0", tagged, { ...P0, tag: 10 });
    assert.deepEqual([await reaches("x", "10.0.1.2"), await reaches("x", "10.0.2.2")], [true, false]);
    const trunk = await provider.update("OvsPort", "p0", access, { ...P0, trunks: [20] });
    assert.deepEqual([await reaches("x", "10.0.1.2"), await reaches("x", "10.0.2.2")], [false, true]);
    await provider.delete("OvsPort", "p0", trunk);
  });

  it("are outside of those that frames have already, where the mode is a tunnel", async () => {
    const { provider, ovs, lab } = fixture;
    await ovs.vsctl("del-port p1 -- del-port p2");
    await lab.ip("-n y addr del 10.0.2.2/24 dev e2");
    // What takes the tag from the frames again, at the other end of the tunnel.
    await lab.ip(`-n y link set e1 netns ${SW} up`);
    await cable("t1", "y", "e3", "10.0.2.3/24");
    await ovs.vsctl("add-br br2 -- set Bridge br2 datapath_type=netdev -- add-port br2 e1 -- add-port br2 t1 tag=20");
    const tunnel = { tag: 5, vlanMode: "dot1q-tunnel" };
    const [one, other] = [await make({ ...P0, ...tunnel }), await make({ ...P0, name: "p1", ...tunnel })];
    assert.equal(await reaches("x", "10.0.2.3"), true);
    const access = await provider.update("OvsPort", "p1", other, { ...P0, name: "p1", tag: 5 });
    assert.equal(await reaches("x", "10.0.2.3"), false);
    for (const made of [one, access]) await provider.delete("OvsPort", String(made.inputs.name), made);
    await ovs.vsctl("del-br br2");
    await lab.ip(`-n ${SW} link del t1`);
  });

  it("are named in the record only where Open vSwitch would take another mode by itself", async () => {
    const { provider } = fixture;
    for (const vlanMode of MODES) {
      const tag = vlanMode === "trunk" ? 0 : 10;
      const made = await make({ ...P0, tag, vlanMode });
      const isUsual = vlanMode === "trunk" || vlanMode === "access";
      assert.deepEqual([made.state.vlanMode, await column("vlan_mode")], [vlanMode, isUsual ? "[]" : vlanMode]);
      const now = await provider.update("OvsPort", "p0", made, { ...P0, tag });
      assert.deepEqual([now.state.vlanMode, await column("vlan_mode")], [tag ? "access" : "trunk", "[]"]);
      await provider.delete("OvsPort", "p0", now);
    }
    const untagged = await make({ ...P0, vlanMode: "access" });
    assert.equal(await column("vlan_mode"), "access");
    await provider.delete("OvsPort", "p0", untagged);
  });

  it("are put back when somebody changes the mode, also one that the program does not name", async () => {
    const { provider, ovs } = fixture;
    for (const [inputs, byHand, details] of [
      [BOTH, "vlan_mode=trunk", ["tag: UPDATE", "vlanMode: UPDATE"]],
      [BOTH, "vlan_mode=native-tagged", ["vlanMode: UPDATE"]],
      [BOTH, "vlan_mode=[]", ["trunks[0]: ADD", "vlanMode: UPDATE"]],
      [{ ...P0, vlanMode: "trunk", trunks: [20] }, "tag=7", ["trunks[0]: ADD", "vlanMode: UPDATE"]],
      [{ ...P0, tag: 10 }, "vlan_mode=trunk", ["tag: UPDATE"]],
      [{ ...P0, trunks: [20] }, "tag=7", ["trunks[0]: ADD"]],
      [{ ...P0, trunks: [20] }, "vlan_mode=access", ["trunks[0]: ADD"]],
    ] as const) {
      const made = await make({ ...inputs });
      await ovs.vsctl(`set Port p0 ${byHand}`);
      const seen = await provider.read("OvsPort", "p0", made);
      assert.ok(seen);
      assert.deepEqual(provider.diff("OvsPort", seen, made.inputs).details.sort(), details, byHand);
      const now = await provider.update("OvsPort", "p0", seen, made.inputs);
      const { tag, trunks, vlanMode } = made.state;
      assert.deepEqual([now.state.tag, now.state.trunks, now.state.vlanMode], [tag, trunks, vlanMode], byHand);
      assert.deepEqual(provider.diff("OvsPort", now, made.inputs).details, []);
      await provider.delete("OvsPort", "p0", now);
    }
  });

  it("are imported as a program can say them, with an empty next diff", async () => {
    const { provider, ovs } = fixture;
    for (const [set, inputs] of [
      ["tag=10 trunks=20 vlan_mode=native-tagged", { tag: 10, trunks: [20], vlanMode: "native-tagged" }],
      ["tag=10 trunks=20", { tag: 10 }],
      ["tag=10 trunks=20 vlan_mode=trunk", { trunks: [20] }],
      ["vlan_mode=access", { vlanMode: "access" }],
      ["vlan_mode=dot1q-tunnel", {}],
      ["tag=10 vlan_mode=dot1q-tunnel", { tag: 10, vlanMode: "dot1q-tunnel" }],
    ] as const) {
      await ovs.vsctl(`add-port br0 p0 ${set}`);
      const found = await provider.import("OvsPort", "sw/br0/p0?database=unix:/run/lab-ovs/db.sock");
      assert.ok(found);
      assert.deepEqual(found.inputs, { ...P0, ...inputs, up: true }, set);
      const { inputs: checked, failures } = provider.check("OvsPort", "found", found.inputs);
      assert.deepEqual([failures, provider.diff("OvsPort", found, checked).details], [[], []], set);
      await ovs.vsctl("del-port p0");
    }
  });

  it("are as they were after an update that failed", async () => {
    const { provider } = fixture;
    const host = { ...BOTH, name: "int0", type: "internal" };
    const made = await make(host);
    provider.failOn((command) => / down$/.test(command));
    await assert.rejects(
      provider.update("OvsPort", "int0", made, { ...P0, name: "int0", type: "internal", tag: 20, up: false }),
      /refused by the test/,
    );
    assert.deepEqual(await provider.read("OvsPort", "int0", made), made);
    assert.equal(await fixture.ovs.get("Port int0", "vlan_mode"), "native-untagged");
    await provider.delete("OvsPort", "int0", made);
  });

  it("work in a Topology: made, changed, put back, and refused where they contradict each other", async () => {
    const { provider, ovs } = fixture;
    const lab = (port: Json) => ({ ovsPorts: [{ ...P0, ...port }] });
    const made = await provider.create("Topology", "lab", lab({ tag: 10, trunks: [20], vlanMode: "native-untagged" }));
    assert.deepEqual([await reaches("x", "10.0.1.2"), await reaches("x", "10.0.2.2")], [true, true]);
    await ovs.vsctl("clear Port p0 vlan_mode");
    const seen = await provider.read("Topology", "lab", made);
    assert.ok(seen);
    const now = await provider.update("Topology", "lab", seen, made.inputs);
    assert.deepEqual([await reaches("x", "10.0.1.2"), await reaches("x", "10.0.2.2")], [true, true]);
    const usual = await provider.update("Topology", "lab", now, lab({ tag: 10 }));
    assert.deepEqual([await column("vlan_mode"), await column("trunks")], ["[]", "[]"]);
    const { failures } = provider.check("Topology", "lab", lab({ tag: 10, trunks: [20] }));
    assert.match(failures.join(), /trunks.*is ignored with a `tag`/);
    await provider.delete("Topology", "lab", usual);
  });
});
