import assert from "node:assert/strict";
import { ovsSuite, SW } from "../support/labHost/ovs";
import { TestProvider } from "../support/provider/testProvider";
import { linkIn } from "../support/suites/kernelSuite";
import { needs } from "../support/suites/needs";

/** Far below the 10 s that ovs-vsctl would wait for an ovs-vswitchd, and far beyond what a busy machine needs. */
const AT_ONCE_MS = 5000;

ovsSuite("OvsBridge on the kernel", (fixture, place) => {
  before(needs("ovs-vsctl", "ovs-vswitchd", "ovsdb-server"));
  const BR0 = { ...place, name: "br0", datapathType: "netdev" };
  const exists = async (name: string) =>
    (await fixture.lab.tryRun(["ip", "-n", SW, "link", "show", "dev", name])).exitCode === 0;

  it("makes it where ovs-vswitchd is, up and marked, with all that the program says", async () => {
    const { provider, lab, ovs } = fixture;
    const made = await provider.create("OvsBridge", "br0", {
      ...BR0,
      failMode: "secure",
      stp: true,
      otherConfig: { "stp-priority": "4096", note: 'with "quotes", a \\ and é' },
      mac: "02:00:00:00:00:0A",
      mtu: 1400,
    });
    assert.equal(made.id, "sw/br0?database=unix:/run/lab-ovs/db.sock");
    const link = await linkIn(lab, SW, "br0");
    assert.deepEqual([link.mtu, link.address, link.flags.includes("UP")], [1400, "02:00:00:00:00:0a", true]);
    const columns = ["datapath_type", "fail_mode", "stp_enable", "external_ids:pulumi", "other_config:stp-priority"];
    const shown = await Promise.all(columns.map((column) => ovs.get("Bridge br0", column)));
    assert.deepEqual(shown, ["netdev", "secure", "true", made.state.__mark, "4096"]);
    assert.deepEqual(made.state.otherConfig, made.inputs.otherConfig);
    assert.deepEqual(await provider.read("OvsBridge", "br0", made), made);
    await provider.delete("OvsBridge", "br0", made);
    assert.equal(await provider.read("OvsBridge", "br0", made), undefined);
    assert.equal(await exists("br0"), false);
    await provider.delete("OvsBridge", "br0", made);
  });

  it("changes every setting in place by one transaction, and puts the defaults back", async () => {
    const { provider, ovs, lab } = fixture;
    const made = await provider.create("OvsBridge", "br0", { ...BR0, otherConfig: { "stp-priority": "1" } });
    provider.commands.length = 0;
    const more = { failMode: "secure", stp: true, mtu: 1300, mac: "02:00:00:00:00:0b", up: false };
    const now = await provider.update("OvsBridge", "br0", made, {
      ...BR0,
      ...more,
      otherConfig: { "mac-aging-time": "9" },
    });
    assert.equal(provider.commands.filter((command) => / set Bridge /.test(command)).length, 1);
    assert.equal(now.state.uuid, made.state.uuid);
    const link = await linkIn(lab, SW, "br0");
    assert.deepEqual([link.mtu, link.address, link.flags.includes("UP")], [1300, "02:00:00:00:00:0b", false]);
    assert.deepEqual(now.state.otherConfig, { "mac-aging-time": "9" });
    const back = await provider.update("OvsBridge", "br0", now, BR0);
    assert.deepEqual(
      [back.state.failMode, back.state.stp, back.state.otherConfig, back.state.mtu],
      ["standalone", false, {}, 1500],
    );
    assert.equal(await ovs.get("Bridge br0", "fail_mode"), "standalone");
    assert.notEqual((await linkIn(lab, SW, "br0")).address, "02:00:00:00:00:0b");
    await provider.delete("OvsBridge", "br0", back);
  });

  it("takes back what somebody changed, and leaves alone what the program never said", async () => {
    const { provider, ovs, lab } = fixture;
    const made = await provider.create("OvsBridge", "br0", { ...BR0, stp: true, otherConfig: { "stp-priority": "1" } });
    await ovs.vsctl(
      "set Bridge br0 stp_enable=false other_config:stp-priority=2 other_config:forward-bpdu=true fail_mode=secure",
    );
    await lab.ip("-n sw link set br0 down");
    const seen = await provider.read("OvsBridge", "br0", made);
    assert.ok(seen);
    const details = ['otherConfig["stp-priority"]: UPDATE', "stp: UPDATE", "up: UPDATE"];
    assert.deepEqual(provider.diff("OvsBridge", seen, made.inputs).details.sort(), details);
    const now = await provider.update("OvsBridge", "br0", seen, made.inputs);
    assert.deepEqual(now.state.otherConfig, { "stp-priority": "1", "forward-bpdu": "true" });
    assert.equal(await ovs.get("Bridge br0", "fail_mode"), "secure");
    await provider.delete("OvsBridge", "br0", now);
  });

  it("leaves foreign bridges and devices of that name alone and says so [31]", async () => {
    const { provider, ovs, lab } = fixture;
    await ovs.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev");
    await assert.rejects(
      provider.create("OvsBridge", "br0", BR0),
      /it already exists.*\n {2}there is the OVS bridge sw\/br0\S*; it is left as it is/,
    );
    assert.deepEqual(await ovs.bridges(), ["br0"]);
    await ovs.vsctl("del-br br0");
    await lab.ip("-n sw tuntap add dev br0 mode tap");
    await assert.rejects(
      provider.create("OvsBridge", "br0", BR0),
      /there is a device sw\/br0\S* that is no bridge of Open vSwitch; it is left as it is/,
    );
    assert.deepEqual(await ovs.bridges(), []);
    await lab.ip("-n sw link del br0");
  });

  it("survives being deleted by hand, and does not delete what has its name since [34]", async () => {
    const { provider, ovs } = fixture;
    const made = await provider.create("OvsBridge", "br0", BR0);
    await ovs.vsctl("del-br br0");
    assert.equal(await provider.read("OvsBridge", "br0", made), undefined);
    await ovs.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev");
    assert.equal(await provider.read("OvsBridge", "br0", made), undefined);
    await provider.delete("OvsBridge", "br0", made);
    assert.deepEqual(await ovs.bridges(), ["br0"]);
    await ovs.vsctl("del-br br0");
  });

  it("sees that its device is gone while its record is there, makes it anew, and removes the record", async () => {
    const { provider, ovs, lab } = fixture;
    for (const isRepaired of [true, false]) {
      const made = await provider.create("OvsBridge", "br0", BR0);
      await lab.ip("-n sw link del br0");
      const seen = await provider.read("OvsBridge", "br0", made);
      assert.ok(seen);
      assert.match(provider.diff("OvsBridge", seen, made.inputs).details.join(), /REPLACE/);
      await provider.delete("OvsBridge", "br0", seen);
      assert.deepEqual(await ovs.bridges(), []);
      if (!isRepaired) continue;
      const again = await provider.create("OvsBridge", "br0", BR0);
      assert.ok(await exists("br0"));
      await provider.delete("OvsBridge", "br0", again);
    }
  });

  it("never touches the dead record of somebody else", async () => {
    const { provider, ovs, lab } = fixture;
    await ovs.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev");
    await lab.ip("-n sw link del br0");
    await assert.rejects(
      provider.create("OvsBridge", "br0", BR0),
      /there is the record of an OVS bridge sw\/br0\S* without its device; it is left as it is/,
    );
    assert.deepEqual(await ovs.bridges(), ["br0"]);
    await ovs.vsctl("del-br br0");
  });

  it("is repaired by a plain up after ovs-vswitchd was killed and started again: the device is up again", async () => {
    const { provider, ovs, lab } = fixture;
    const made = await provider.create("OvsBridge", "br0", BR0);
    await ovs.stopSwitch();
    await lab.ip("-n sw link del br0");
    await ovs.startSwitch();
    const seen = await provider.read("OvsBridge", "br0", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("OvsBridge", seen, made.inputs).details, ["up: UPDATE"]);
    await provider.delete("OvsBridge", "br0", await provider.update("OvsBridge", "br0", seen, made.inputs));
  });

  it("goes on after a run that died before it was set up, and before it was answered for", async () => {
    const { lab, provider } = fixture;
    const dying = new TestProvider(lab);
    dying.dieBefore((command) => command.includes("alias"));
    await assert.rejects(dying.create("OvsBridge", "br0", BR0));
    const lost = await new TestProvider(lab).create("OvsBridge", "br0", BR0);
    const made = await provider.create("OvsBridge", "br0", { ...BR0, stp: true });
    assert.deepEqual([made.state.uuid, made.state.stp, made.state.up], [lost.state.uuid, true, true]);
    await provider.delete("OvsBridge", "br0", made);
  });

  it("takes back what it made when a later step fails, and a half-done update [32] [33]", async () => {
    const { provider, ovs } = fixture;
    provider.failOn((command) => / up$/.test(command));
    await assert.rejects(
      provider.create("OvsBridge", "br0", BR0),
      /could not mark it and set it up[\s\S]*refused by the test/,
    );
    assert.deepEqual(await ovs.bridges(), []);
    const made = await provider.create("OvsBridge", "br0", { ...BR0, up: false, otherConfig: { a: "1" } });
    const news = { ...BR0, otherConfig: { a: "2", b: "3" }, stp: true };
    await assert.rejects(provider.update("OvsBridge", "br0", made, news), /refused by the test/);
    assert.deepEqual(await provider.read("OvsBridge", "br0", made), made);
    await provider.delete("OvsBridge", "br0", made);
  });

  it("imports a bridge, with inputs whose next diff is empty", async () => {
    const { provider, ovs } = fixture;
    await ovs.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev stp_enable=true other_config:stp-priority=5");
    const id = "sw/br0?database=unix:/run/lab-ovs/db.sock";
    const found = await provider.import("OvsBridge", id);
    assert.ok(found);
    assert.deepEqual(found.inputs, { ...BR0, stp: true, otherConfig: { "stp-priority": "5" }, up: false });
    const { inputs, failures } = provider.check("OvsBridge", "found", found.inputs);
    assert.deepEqual([failures, provider.diff("OvsBridge", found, inputs).details], [[], []]);
    await provider.delete("OvsBridge", "found", found);
    assert.equal(await provider.import("OvsBridge", id), undefined);
    await assert.rejects(
      provider.import("OvsBridge", `sw/lo${id.slice(6)}`),
      /a device sw\/lo\S* that is no bridge of Open vSwitch/,
    );
  });

  it("says what is missing where there is no module for the datapath, or ovs-vswitchd is elsewhere, and leaves nothing", async () => {
    const { provider, ovs } = fixture;
    const { datapathType: _, ...system } = BR0;
    await assert.rejects(
      provider.create("OvsBridge", "br0", system),
      /it cannot be used\n.*\n {2}Load the kernel's part \(`modprobe openvswitch`\), or set `datapathType`/,
    );
    await assert.rejects(
      provider.create("OvsBridge", "br0", { ...BR0, namespace: "x" }),
      /its device is not in that namespace\n {2}Give as `namespace` the one that ovs-vswitchd runs in/,
    );
    assert.deepEqual(await ovs.bridges(), []);
  });

  it("says so where no database answers, and never takes that for gone", async () => {
    const { provider, ovs } = fixture;
    const made = await provider.create("OvsBridge", "br0", BR0);
    const refused = /database connection failed \(.*\)\n {2}No database of Open vSwitch answers there: start it/;
    await assert.rejects(
      provider.create("OvsBridge", "br1", { ...BR0, name: "br1", database: "unix:/run/none.sock" }),
      refused,
    );
    await ovs.stopServer();
    await assert.rejects(provider.read("OvsBridge", "br0", made), refused);
    await assert.rejects(provider.delete("OvsBridge", "br0", made), refused);
    await ovs.startServer();
    await provider.delete("OvsBridge", "br0", made);
  });

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    it(`is seen as it was, and removed at once with its device, after a ${signal} of ovs-vswitchd`, async () => {
      const { provider, ovs } = fixture;
      const made = await provider.create("OvsBridge", "br0", { ...BR0, stp: true });
      await ovs.stopSwitch(signal);
      assert.deepEqual(await provider.read("OvsBridge", "br0", made), made);
      const begunMs = performance.now();
      await provider.delete("OvsBridge", "br0", made);
      assert.ok(performance.now() - begunMs < AT_ONCE_MS);
      assert.deepEqual([await ovs.records(), await exists("br0")], [[], false]);
      await ovs.startSwitch();
      assert.deepEqual([await ovs.bridges(), await exists("br0")], [[], false]);
    });
  }

  it("says that ovs-vswitchd does not run where it is to make something, leaves nothing, and the next run works", async () => {
    const { provider, ovs } = fixture;
    await ovs.stopSwitch();
    await assert.rejects(
      provider.create("OvsBridge", "br0", BR0),
      /it cannot be used\n {2}ovs-vswitchd, which makes the devices, does not run\n {2}.*start it \(`systemctl start openvswitch-switch`\)/,
    );
    assert.deepEqual(await ovs.records(), []);
    await ovs.startSwitch();
    await provider.delete("OvsBridge", "br0", await provider.create("OvsBridge", "br0", BR0));
  });

  it("says so where ovs-vsctl is not installed", async () => {
    fixture.provider.lacks("ovs-vsctl");
    await assert.rejects(
      fixture.provider.create("OvsBridge", "br0", BR0),
      /ovs-vsctl is not installed here: OVS bridges need Open vSwitch on the host \(apt-get install openvswitch-switch\)/,
    );
  });
});
