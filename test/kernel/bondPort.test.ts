import assert from "node:assert/strict";
import { pinged } from "../support/labHost/pings";
import { hasBond } from "../support/suites/kernelOptions";
import { kernelSuite, linkIn } from "../support/suites/kernelSuite";
import { skipAll } from "../support/suites/needs";
import { until } from "../support/suites/until";

const X = { namespace: "x" };
const Y = { namespace: "y" };
const PORT = { ...X, bond: "b0", device: "va" };

kernelSuite("BondPort on the kernel", (fixture) => {
  before(function () {
    if (!hasBond) skipAll(this, "CONFIG_BONDING");
  });
  afterEach(async () => {
    for (const [netns, name] of ["x va", "x vc", "x b0", "x b1", "y br0"].map((one) => one.split(" ")))
      await fixture.lab.tryRun(["ip", "-n", netns ?? "", "link", "del", name ?? ""]);
  });
  const linkOf = async (name: string) =>
    (await linkIn(fixture.lab, "x", name)) as Awaited<ReturnType<typeof linkIn>> & { master?: string };

  it("joins and leaves a device that is up or down, which stays so, and has its own MAC address again", async () => {
    const { lab, provider } = fixture;
    const pair = await provider.create("VethPair", "pair", { a: { ...X, name: "va" }, b: { ...Y, name: "vb" } });
    const bond = await provider.create("Bond", "b0", { ...X, name: "b0", mode: "active-backup" });
    const own = (await linkOf("va")).address;
    for (const isUp of [true, false]) {
      await lab.ip(`-n x link set va ${isUp ? "up" : "down"}`);
      const port = await provider.create("BondPort", "port", PORT);
      const joined = await linkOf("va");
      assert.deepEqual([port.id, joined.master, joined.flags.includes("UP")], ["x/b0/va", "b0", isUp]);
      assert.equal(joined.address, bond.state.mac);
      assert.deepEqual(await provider.read("BondPort", "port", port), port);
      if (isUp) assert.deepEqual(await provider.read("VethPair", "pair", pair), pair);
      await provider.delete("BondPort", "port", port);
      const left = await linkOf("va");
      assert.deepEqual([left.master, left.address, left.flags.includes("UP")], [undefined, own, isUp]);
      assert.deepEqual(await provider.read("Bond", "b0", bond), bond);
    }
  });

  it("is imported with an empty next diff, and goes with its bond", async () => {
    const { lab, provider } = fixture;
    await lab.ip("link add name va netns x type veth peer name vb netns y");
    for (const name of ["b0", "b1"]) await lab.ip(`-n x link add name ${name} type bond`);
    await lab.ip("-n x link set va master b1");
    await assert.rejects(provider.create("BondPort", "port", PORT), /the device x\/va, which belongs to b1/);
    await lab.ip("-n x link del b1");
    await lab.ip("-n x link set va master b0");
    const found = await provider.import("BondPort", "x/b0/va");
    assert.ok(found);
    assert.deepEqual([found.inputs, provider.diff("BondPort", found, PORT).details], [PORT, []]);
    const bond = await provider.import("Bond", "x/b0");
    assert.ok(bond);
    await provider.delete("Bond", "b0", bond);
    assert.equal(await provider.read("BondPort", "port", found), undefined);
    await provider.delete("BondPort", "port", found);
  });

  it("carries packets by the other cable when one is cut", async () => {
    const { lab, provider } = fixture;
    const cables = ["vb", "vd"].map((name, index) => ({ a: { ...X, name: ["va", "vc"][index] }, b: { ...Y, name } }));
    const made = await provider.create("Topology", "lab", {
      vethPairs: cables,
      bridges: [{ ...Y, name: "br0" }],
      bonds: [{ ...X, name: "b0", mode: "active-backup", miimon: 100, primary: "va" }],
      bridgePorts: ["vb", "vd"].map((device) => ({ ...Y, bridge: "br0", device })),
      bondPorts: ["va", "vc"].map((device) => ({ ...X, bond: "b0", device })),
      addresses: [
        { ...X, device: "b0", address: "10.0.0.1/24" },
        { ...Y, device: "br0", address: "10.0.0.2/24" },
      ],
    });
    assert.deepEqual(await provider.read("Topology", "lab", made), made);
    const uses = (name: string) =>
      until(`${name} is the active port`, async () =>
        new RegExp(` active_slave ${name} `).test(await lab.ip("-n x -d link show b0")),
      );
    await uses("va");
    await pinged(lab, "x", "10.0.0.2");
    await lab.ip("-n y link set vb down");
    await uses("vc");
    await pinged(lab, "x", "10.0.0.2");
    await lab.ip("-n y link set vb up");
    await uses("va");
    await provider.delete("Topology", "lab", made);
  });
});
