import assert from "node:assert/strict";
import { hasVrf } from "../support/suites/kernelOptions";
import { kernelSuite, linkIn } from "../support/suites/kernelSuite";
import { skipAll } from "../support/suites/needs";

const X = { namespace: "x" };
const PORT = { ...X, vrf: "red", device: "va" };

kernelSuite("VrfPort on the kernel", (fixture) => {
  before(function () {
    if (!hasVrf) skipAll(this, "CONFIG_NET_VRF");
  });
  beforeEach(async () => {
    const { lab } = fixture;
    await lab.ip("link add name va netns x type veth peer name vb netns y");
    for (const [name, table] of Object.entries({ red: 10, blue: 20 }))
      await lab.ip(`-n x link add name ${name} up type vrf table ${table}`);
    for (const line of ["-n x link set va up", "-n y link set vb up"]) await lab.ip(line);
  });
  afterEach(async () => {
    for (const name of ["va", "red", "blue", "br0"]) await fixture.lab.tryRun(["ip", "-n", "x", "link", "del", name]);
  });
  const master = async () => (await linkIn(fixture.lab, "x", "va")) as { master?: string };

  it("joins, keeps the device's addresses, and delete takes it out and keeps them", async () => {
    const { lab, provider } = fixture;
    const addresses = ["10.0.0.1/24", "2001:db8::1/64"];
    const made: Awaited<ReturnType<typeof provider.create>>[] = [];
    for (const address of addresses)
      made.push(await provider.create("Address", address, { ...X, device: "va", address }));
    const port = await provider.create("VrfPort", "port", PORT);
    assert.deepEqual([port.id, port.state.table, (await master()).master], ["x/red/va", 10, "red"]);
    assert.deepEqual(await provider.read("VrfPort", "port", port), port);
    assert.deepEqual(await provider.list("VrfPort"), ["x/red/va"]);
    const unchanged = async () => {
      for (const [index, address] of addresses.entries())
        assert.deepEqual(await provider.read("Address", address, made[index] as (typeof made)[0]), made[index]);
    };
    await unchanged();
    assert.match(await lab.ip("-n x -6 route show table 10"), /2001:db8::\/64 dev va/);
    await provider.delete("VrfPort", "port", port);
    assert.equal((await master()).master, undefined);
    await unchanged();
    assert.equal((await lab.ip("netns exec x sysctl -n net.ipv6.conf.va.keep_addr_on_down")).trim(), "0");
  });

  it("is imported with an empty next diff, and leaves a foreign port alone", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link set va master red");
    const found = await provider.import("VrfPort", "x/red/va");
    assert.deepEqual(found?.inputs, PORT);
    assert.ok(found);
    assert.deepEqual(provider.diff("VrfPort", found, PORT).details, []);
    await assert.rejects(provider.create("VrfPort", "port", PORT), /there is the port x\/red\/va; it is left as it is/);
    await lab.ip("-n x link set va master blue");
    await assert.rejects(provider.create("VrfPort", "port", PORT), /the device x\/va, which belongs to blue/);
    assert.equal((await master()).master, "blue");
  });

  it("refuses what is no VRF, and takes the device out again", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link add name br0 type bridge");
    await assert.rejects(
      provider.create("VrfPort", "port", { ...PORT, vrf: "br0" }),
      /the device x\/va, which belongs to br0, which is no VRF/,
    );
    assert.equal((await master()).master, undefined);
    await assert.rejects(provider.create("VrfPort", "port", { ...PORT, device: "lo" }), /enslave loopback device/);
  });

  it("has routes of its own in a topology, by which a packet that is bound to the VRF gets there", async () => {
    const { lab, provider } = fixture;
    for (const name of ["va", "red", "blue"]) await lab.ip(`-n x link del ${name}`);
    const ways = ["10.9.0.0/24", "2001:db8:9::/64"];
    const lab0 = {
      vethPairs: [{ a: { ...X, name: "va" }, b: { namespace: "y", name: "vb" } }],
      vrfs: [{ ...X, name: "red", table: 10 }],
      vrfPorts: [PORT],
      addresses: [
        { ...X, device: "va", address: "10.0.0.1/24" },
        { ...X, device: "va", address: "2001:db8::1/64", noDad: true },
        { namespace: "y", device: "vb", address: "10.0.0.2/24" },
        { namespace: "y", device: "vb", address: "10.9.0.1/32" },
        { namespace: "y", device: "vb", address: "2001:db8::2/64", noDad: true },
      ],
      routes: [
        { ...X, destination: ways[0], gateway: "10.0.0.2", table: 10 },
        { ...X, destination: ways[1], gateway: "2001:db8::2", table: 10 },
      ],
    };
    const made = await provider.create("Topology", "lab", lab0);
    assert.deepEqual(await provider.read("Topology", "lab", made), made);
    await lab.run(["ip", "netns", "exec", "x", "ping", "-c", "1", "-W", "30", "-I", "red", "10.9.0.1"]);
    const { exitCode } = await lab.tryRun(["ip", "netns", "exec", "x", "ping", "-c", "1", "-W", "1", "10.9.0.1"]);
    assert.notEqual(exitCode, 0);
    const without = await provider.update("Topology", "lab", made, { ...lab0, vrfPorts: [], routes: [] });
    assert.deepEqual(await provider.read("Topology", "lab", without), without);
    const again = await provider.update("Topology", "lab", without, lab0);
    assert.deepEqual(await provider.read("Topology", "lab", again), again);
    assert.match(await lab.ip("-n x route show table 10"), /10\.9\.0\.0\/24 via 10\.0\.0\.2/);
    await provider.delete("Topology", "lab", again);
  });
});
