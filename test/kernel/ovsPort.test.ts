import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { ovsSuite, SW } from "../support/labHost/ovs";
import { TestProvider } from "../support/provider/testProvider";
import { linkIn } from "../support/suites/kernelSuite";
import { needs } from "../support/suites/needs";

/** Far below the 10 s that ovs-vsctl would wait for an ovs-vswitchd, and far beyond what a busy machine needs. */
const AT_ONCE_MS = 5000;

ovsSuite("OvsPort on the kernel", (fixture, place) => {
  before(needs("ovs-vsctl", "ovs-vswitchd", "ovsdb-server"));
  const P0 = { ...place, bridge: "br0", name: "p0" };
  const make = (inputs: Json) => fixture.provider.create("OvsPort", String(inputs.name), inputs);
  const ports = async (bridge = "br0") => (await fixture.ovs.vsctl(`list-ports ${bridge}`)).split("\n").filter(Boolean);
  const cable = async (name = "p0", end = "e0") => {
    await fixture.lab.ip(`-n sw link add ${name} type veth peer name ${end} netns x`);
    await fixture.lab.ip(`-n sw link set ${name} up`);
    await fixture.lab.ip(`-n x link set ${end} up`);
  };

  beforeEach(async () => {
    await fixture.ovs.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev");
    await cable();
  });
  afterEach(async () => {
    assert.deepEqual(await ports(), []);
    await fixture.ovs.vsctl("del-br br0");
    await fixture.lab.tryRun(["ip", "-n", SW, "link", "del", "p0"]);
  });

  it("makes a device a port, marked, with its VLANs, and delete takes it out and leaves the device", async () => {
    const { provider, ovs, lab } = fixture;
    const made = await make({ ...P0, trunks: [30, 10, 20] });
    assert.equal(made.id, "sw/br0/p0?database=unix:/run/lab-ovs/db.sock");
    assert.deepEqual(await ports(), ["p0"]);
    assert.equal(await ovs.get("Port p0", "trunks"), "[10, 20, 30]");
    assert.equal(await ovs.get("Port p0", "external_ids:pulumi"), made.state.__mark);
    assert.ok((await linkIn(lab, SW, "p0")).flags.includes("PROMISC"));
    assert.deepEqual(await provider.read("OvsPort", "p0", made), made);
    await provider.delete("OvsPort", "p0", made);
    assert.equal(await provider.read("OvsPort", "p0", made), undefined);
    await linkIn(lab, SW, "p0");
    await provider.delete("OvsPort", "p0", made);
  });

  it("makes a device of the host, up, with an address of its own", async () => {
    const { provider, lab } = fixture;
    const made = await make({ ...P0, name: "int0", type: "internal", tag: 10, mac: "02:00:00:00:00:0A", mtu: 1300 });
    const link = await linkIn(lab, SW, "int0");
    assert.deepEqual([link.mtu, link.address, link.flags.includes("UP")], [1300, "02:00:00:00:00:0a", true]);
    const news = { ...P0, name: "int0", type: "internal", tag: 10, mtu: 1400, up: false };
    const now = await provider.update("OvsPort", "p0", made, news);
    assert.deepEqual([now.state.mtu, now.state.up, now.state.uuid], [1400, false, made.state.uuid]);
    assert.notEqual(now.state.mac, made.state.mac);
    await provider.delete("OvsPort", "p0", now);
    assert.notEqual((await lab.tryRun(["ip", "-n", SW, "link", "show", "dev", "int0"])).exitCode, 0);
  });

  it("takes names beyond the kernel's limit where there is no device, and changes options in place", async () => {
    const { provider, ovs } = fixture;
    await ovs.vsctl("add-br br1 -- set Bridge br1 datapath_type=netdev");
    const [here, there] = ["patch-from-the-first-bridge", "patch-from-the-second-bridge"];
    const patch = (bridge: string, name: string, peer: string) => ({
      ...place,
      bridge,
      name,
      type: "patch",
      options: { peer },
    });
    const one = await make(patch("br0", here, there));
    const other = await make(patch("br1", there, here));
    assert.equal(await ovs.get(`Interface ${here}`, "error"), "[]");
    const tunnel = { ...place, bridge: "br0", name: "tunnel-to-the-other-site", type: "vxlan" };
    const vxlan = await make({ ...tunnel, options: { remote_ip: "10.9.0.2", key: "7" } });
    const now = await provider.update("OvsPort", tunnel.name, vxlan, {
      ...tunnel,
      options: { remote_ip: "10.9.0.3", ttl: "9" },
    });
    assert.deepEqual(now.state.options, { remote_ip: "10.9.0.3", ttl: "9" });
    const gre = await make({
      ...tunnel,
      name: "gre-to-the-other-site",
      type: "gre",
      options: { remote_ip: "10.9.0.2" },
    });
    for (const made of [now, gre, one, other]) {
      assert.deepEqual(await provider.read("OvsPort", String(made.inputs.name), made), made);
      await provider.delete("OvsPort", String(made.inputs.name), made);
    }
    await ovs.vsctl("del-br br1");
  });

  it("changes VLANs in place, and takes back a changed tag", async () => {
    const { provider, ovs } = fixture;
    const made = await make({ ...P0, tag: 10 });
    const now = await provider.update("OvsPort", "p0", made, { ...P0, trunks: [5, 6] });
    assert.deepEqual([await ovs.get("Port p0", "tag"), await ovs.get("Port p0", "trunks")], ["[]", "[5, 6]"]);
    const back = await provider.update("OvsPort", "p0", now, { ...P0, tag: 7 });
    assert.deepEqual([back.state.tag, back.state.trunks], [7, []]);
    await ovs.vsctl("set Port p0 tag=8 trunks=9");
    const seen = await provider.read("OvsPort", "p0", back);
    assert.ok(seen);
    assert.deepEqual(provider.diff("OvsPort", seen, back.inputs).details, ["tag: UPDATE"]);
    const again = await provider.update("OvsPort", "p0", seen, back.inputs);
    assert.deepEqual([again.state.tag, await ovs.get("Port p0", "trunks")], [7, "[9]"]);
    await provider.delete("OvsPort", "p0", again);
  });

  it("sees that its device is gone, or another one by now, makes it anew, and removes the dead record", async () => {
    const { provider, ovs, lab } = fixture;
    for (const isBack of [true, false]) {
      const made = await make({ ...P0, tag: 10 });
      await lab.ip("-n sw link del p0");
      if (isBack) await cable();
      const seen = await provider.read("OvsPort", "p0", made);
      assert.ok(seen);
      assert.match(provider.diff("OvsPort", seen, made.inputs).details.join(), /REPLACE/);
      await provider.delete("OvsPort", "p0", seen);
      assert.deepEqual(await ports(), []);
      if (!isBack) await cable();
      const again = await make({ ...P0, tag: 10 });
      assert.ok((await linkIn(lab, SW, "p0")).flags.includes("PROMISC"));
      assert.equal(await ovs.get("Port p0", "tag"), "10");
      await provider.delete("OvsPort", "p0", again);
    }
  });

  it("never touches the dead record of somebody else", async () => {
    const { ovs, lab } = fixture;
    await ovs.vsctl("add-port br0 p0");
    await lab.ip("-n sw link del p0");
    await assert.rejects(
      make(P0),
      /there is the record of an OVS port sw\/br0\/p0\S* without what it is to; it is left/,
    );
    assert.deepEqual(await ports(), ["p0"]);
    await ovs.vsctl("del-port p0");
  });

  it("leaves foreign ports alone and says so, also those of another bridge [31]", async () => {
    const { provider, ovs, lab } = fixture;
    await ovs.vsctl("add-port br0 p0 tag=5");
    await assert.rejects(
      make({ ...P0, tag: 10 }),
      /it already exists.*\n {2}there is the OVS port sw\/br0\/p0\S*; it is left as it is/,
    );
    assert.equal(await ovs.get("Port p0", "tag"), "5");
    await assert.rejects(
      make({ ...P0, bridge: "br1" }),
      /there is the port sw\/br0\/p0\S* of Open vSwitch; it is left/,
    );
    await ovs.vsctl("del-port p0");
    await assert.rejects(
      make({ ...P0, type: "internal" }),
      /there is a device sw\/p0\S* that is no port of Open vSwitch/,
    );
    await linkIn(lab, SW, "p0");
    await assert.rejects(provider.import("OvsPort", `sw/br0/br0-x`), /database connection failed/);
  });

  it("survives being deleted by hand, and does not delete what has its name since [34]", async () => {
    const { provider, ovs } = fixture;
    const made = await make(P0);
    await ovs.vsctl("del-port p0 -- add-port br0 p0");
    assert.equal(await provider.read("OvsPort", "p0", made), undefined);
    await provider.delete("OvsPort", "p0", made);
    assert.deepEqual(await ports(), ["p0"]);
    await ovs.vsctl("del-port p0");
    assert.equal(await provider.read("OvsPort", "p0", made), undefined);
  });

  it("sees that somebody moved it to another bridge, calls it a replacement, and removes it", async () => {
    const { provider, ovs } = fixture;
    const made = await make(P0);
    const mark = String(made.state.__mark);
    await ovs.vsctl("add-br br1 -- set Bridge br1 datapath_type=netdev");
    await ovs.vsctl(`del-port p0 -- add-port br1 p0 -- set Port p0 external_ids:pulumi="${mark}"`);
    const seen = await provider.read("OvsPort", "p0", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("OvsPort", seen, made.inputs).details, ["bridge: UPDATE_REPLACE"]);
    await provider.delete("OvsPort", "p0", seen);
    assert.deepEqual(await ports("br1"), []);
    await ovs.vsctl("del-br br1");
  });

  it("goes on after a run that died before it was marked on the device, and before it was answered for", async () => {
    const { lab, provider } = fixture;
    const internal = { ...P0, name: "int0", type: "internal" };
    const dying = new TestProvider(lab);
    dying.dieBefore((command) => command.includes("alias"));
    await assert.rejects(dying.create("OvsPort", "int0", internal));
    const lost = await new TestProvider(lab).create("OvsPort", "int0", internal);
    const made = await make({ ...internal, tag: 3 });
    assert.deepEqual([made.state.uuid, made.state.tag, made.state.up], [lost.state.uuid, 3, true]);
    await provider.delete("OvsPort", "p0", made);
  });

  it("takes back what cannot be used, and says what Open vSwitch said", async () => {
    const { provider, ovs } = fixture;
    await assert.rejects(
      make({ ...P0, name: "nothing" }),
      /it cannot be used\n {2}could not open network device nothing \(No such device\)\n {2}Make the device first/,
    );
    assert.deepEqual(await ports(), []);
    await assert.rejects(
      make({ ...P0, bridge: "br9" }),
      /could not add the port\n.*no bridge named br9\n {2}Something that it needs is not there/,
    );
    const tunnel = { ...place, bridge: "br0", name: "vx", type: "vxlan" };
    const made = await make({ ...tunnel, options: { remote_ip: "10.9.0.2" } });
    const wrong = { ...tunnel, options: { remote_ip: "nobody at all", key: "5" }, tag: 9 };
    await assert.rejects(
      provider.update("OvsPort", "p0", made, wrong),
      /bad vxlan 'remote_ip'.*\n {2}Give `options` as/,
    );
    assert.equal(await ovs.get("Interface vx", "options"), "{remote_ip=10.9.0.2}");
    const seen = await provider.read("OvsPort", "p0", made);
    assert.deepEqual(seen?.inputs, made.inputs);
    await provider.delete("OvsPort", "p0", made);
  });

  for (const type of ["system", "internal", "vxlan"]) {
    it(`is seen as it was, and removed at once, of type ${type}, while ovs-vswitchd does not run`, async () => {
      const { provider, ovs, lab } = fixture;
      const options = type === "vxlan" && { options: { remote_ip: "10.9.0.2" } };
      const name = type === "system" ? "p0" : "it0";
      const made = await make({ ...P0, name, type, ...options });
      await ovs.stopSwitch();
      assert.deepEqual(await provider.read("OvsPort", name, made), made);
      const begunMs = performance.now();
      await provider.delete("OvsPort", name, made);
      assert.ok(performance.now() - begunMs < AT_ONCE_MS);
      assert.deepEqual(await ovs.records(), ["br0", "br0"]);
      const { exitCode } = await lab.tryRun(["ip", "-n", SW, "link", "show", "dev", name]);
      assert.equal(exitCode === 0, type === "system");
      await ovs.startSwitch();
      assert.deepEqual(await ports(), []);
    });
  }

  it("is removed at once with its bridge and the others of a Topology while ovs-vswitchd does not run", async () => {
    const { provider, ovs } = fixture;
    const made = await provider.create("Topology", "lab", {
      ovsBridges: [{ ...place, name: "br5", datapathType: "netdev" }],
      ovsPorts: [
        { ...P0, bridge: "br5" },
        { ...P0, bridge: "br5", name: "it0", type: "internal" },
      ],
    });
    await ovs.stopSwitch();
    assert.deepEqual(await provider.read("Topology", "lab", made), made);
    const begunMs = performance.now();
    await provider.delete("Topology", "lab", made);
    assert.ok(performance.now() - begunMs < AT_ONCE_MS);
    assert.deepEqual(await ovs.records(), ["br0", "br0"]);
    await ovs.startSwitch();
  });

  it("imports a port, with inputs whose next diff is empty", async () => {
    const { provider, ovs } = fixture;
    await ovs.vsctl("add-port br0 p0 tag=10");
    await ovs.vsctl("add-port br0 vx -- set Interface vx type=vxlan options:remote_ip=10.9.0.2");
    const id = (name: string) => `sw/br0/${name}?database=unix:/run/lab-ovs/db.sock`;
    for (const [name, inputs] of [
      ["p0", { ...P0, tag: 10, up: true }],
      ["vx", { ...P0, name: "vx", type: "vxlan", options: { remote_ip: "10.9.0.2" }, up: true }],
    ] as const) {
      const found = await provider.import("OvsPort", id(name));
      assert.ok(found);
      assert.deepEqual(found.inputs, inputs);
      const { inputs: checked, failures } = provider.check("OvsPort", "found", found.inputs);
      assert.deepEqual([failures, provider.diff("OvsPort", found, checked).details], [[], []]);
      await provider.delete("OvsPort", "found", found);
    }
    await assert.rejects(provider.import("OvsPort", id("br0")), /is not an id of this kind/);
  });

  it("works inside a Topology: made, seen unchanged, changed, repaired with its cable, and taken away", async () => {
    const { provider, lab, ovs } = fixture;
    await lab.ip("-n sw link del p0");
    const lab1 = (tag: number) => ({
      namespaces: [{ name: "h1" }, { name: "h2" }],
      ovsBridges: [{ ...place, name: "br5", datapathType: "netdev" }],
      vethPairs: ["h1", "h2"].map((namespace) => ({
        a: { name: "eth0", namespace },
        b: { name: `to-${namespace}`, namespace: SW },
      })),
      ovsPorts: ["h1", "h2"].map((host) => ({ ...place, bridge: "br5", name: `to-${host}`, tag })),
      addresses: ["h1", "h2"].map((namespace, index) => ({
        namespace,
        device: "eth0",
        address: `10.0.5.${index + 1}/24`,
      })),
    });
    const ping = async () =>
      (await lab.tryRun(["ip", "netns", "exec", "h1", "ping", "-c", "1", "-W", "2", "10.0.5.2"])).exitCode;
    const made = await provider.create("Topology", "lab", lab1(10));
    assert.equal(await ping(), 0);
    assert.deepEqual(await provider.read("Topology", "lab", made), made);
    const now = await provider.update("Topology", "lab", made, lab1(20));
    assert.equal(await ovs.get("Port to-h1", "tag"), "20");
    assert.equal(await ping(), 0);
    await lab.ip("-n h1 link del eth0");
    const seen = await provider.read("Topology", "lab", now);
    assert.ok(seen);
    const again = await provider.update("Topology", "lab", seen, lab1(20));
    assert.equal(await ping(), 0);
    await lab.ip("-n h1 link del eth0");
    const broken = await provider.read("Topology", "lab", again);
    assert.ok(broken);
    await provider.delete("Topology", "lab", broken);
    assert.deepEqual((await ovs.bridges()).sort(), ["br0"]);
  });
});
