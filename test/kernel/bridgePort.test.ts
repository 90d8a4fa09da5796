import assert from "node:assert/strict";
import { TestProvider } from "../support/provider/testProvider";
import { madeWhereBuilt } from "../support/suites/kernelOptions";
import { kernelSuite } from "../support/suites/kernelSuite";

const PORT = { namespace: "x", bridge: "br0", device: "va" };
const UNSAID = { cost: 2, priority: 32, hairpin: false, isolated: false, learning: true, flood: true };

kernelSuite("BridgePort on the kernel", (fixture) => {
  beforeEach(async () => {
    const { lab } = fixture;
    await lab.ip("link add name va netns x type veth peer name vb netns y");
    for (const name of ["br0", "br1"]) await lab.ip(`-n x link add name ${name} up type bridge`);
    for (const line of ["-n x link set va up", "-n y link set vb up"]) await lab.ip(line);
  });
  afterEach(async () => {
    for (const name of ["va", "br0", "br1"]) await fixture.lab.tryRun(["ip", "-n", "x", "link", "del", name]);
  });

  const bridge = (...words: string[]) => fixture.lab.run(["ip", "netns", "exec", "x", "bridge", ...words]);
  /** The port as bridge(8) shows it; undefined when the device is in no bridge. */
  const shown = async (device = "va") => {
    const rows = JSON.parse(await bridge("-j", "-d", "link", "show", "dev", device)) as Record<string, unknown>[];
    return rows.find(({ ifname }) => ifname === device);
  };
  const pick = (row: Record<string, unknown> | undefined, keys: object) =>
    Object.fromEntries(Object.keys(keys).map((key) => [key, row?.[key]]));

  it("makes the device a port, and delete takes it out and leaves it", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("BridgePort", "port", PORT);
    assert.equal(made.id, "x/br0/va");
    assert.equal((await shown())?.master, "br0");
    assert.deepEqual(pick(made.state, UNSAID), UNSAID);
    assert.deepEqual(await provider.read("BridgePort", "port", made), made);
    assert.deepEqual(await provider.list("BridgePort"), ["x/br0/va"]);
    await provider.delete("BridgePort", "port", made);
    assert.equal(await shown(), undefined);
    await lab.ip("-n x link show va");
    assert.equal(await provider.read("BridgePort", "port", made), undefined);
    await provider.delete("BridgePort", "port", made);
  });

  it("makes it with all that the program says, and changes it in place", async () => {
    const { provider } = fixture;
    const given = { cost: 77, priority: 5, hairpin: true, isolated: true, learning: false, flood: false, guard: true };
    const made = await provider.create("BridgePort", "port", { ...PORT, ...given, rootBlock: true });
    const { rootBlock, ...rest } = made.inputs;
    assert.deepEqual(pick(await shown(), given), given);
    assert.deepEqual([rootBlock, (await shown())?.root_block], [true, true]);
    const now = await provider.update("BridgePort", "port", made, { ...rest, cost: 78, isolated: false });
    assert.deepEqual(pick(await shown(), given), { ...given, cost: 78, isolated: false });
    assert.equal((await shown())?.root_block, false);
    const back = await provider.update("BridgePort", "port", now, { ...PORT, cost: 78 });
    assert.deepEqual(pick(await shown(), UNSAID), { ...UNSAID, cost: 78 });
    assert.deepEqual(provider.diff("BridgePort", back, PORT).details, ["cost: DELETE_REPLACE"]);
    await provider.delete("BridgePort", "port", back);
  });

  it("takes back a changed cost, and leaves alone what the program never said", async () => {
    const { provider } = fixture;
    const made = await provider.create("BridgePort", "port", { ...PORT, cost: 10 });
    await bridge("link", "set", "dev", "va", "cost", "20", "priority", "1");
    const seen = await provider.read("BridgePort", "port", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("BridgePort", seen, made.inputs).details, ["cost: UPDATE"]);
    const now = await provider.update("BridgePort", "port", seen, made.inputs);
    assert.deepEqual(pick(await shown(), { cost: 0, priority: 0 }), { cost: 10, priority: 1 });
    await provider.delete("BridgePort", "port", now);
  });

  it("takes back a device that was taken out, and leaves one that is in another bridge by now [34]", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("BridgePort", "port", PORT);
    await lab.ip("-n x link set va nomaster");
    assert.equal(await provider.read("BridgePort", "port", made), undefined);
    const again = await provider.create("BridgePort", "port", PORT);
    assert.equal((await shown())?.master, "br0");
    await lab.ip("-n x link set va master br1");
    assert.ok((await provider.read("BridgePort", "port", again))?.state.__remains);
    await provider.delete("BridgePort", "port", again);
    assert.equal((await shown())?.master, "br1");
  });

  it("replaces for bridge, device and namespace", async () => {
    const made = await fixture.provider.create("BridgePort", "port", PORT);
    const news = { namespace: "y", bridge: "br1", device: "vb" };
    const { details } = fixture.provider.diff("BridgePort", made, news);
    assert.deepEqual(details, ["bridge: UPDATE_REPLACE", "device: UPDATE_REPLACE", "namespace: UPDATE_REPLACE"]);
    await fixture.provider.delete("BridgePort", "port", made);
  });

  it("leaves a foreign port alone and says so, in this bridge or in another [31]", async () => {
    const { lab, provider } = fixture;
    for (const [master, what] of [
      ["br0", "the port x/br0/va"],
      ["br1", "the device x/va, which belongs to br1"],
    ]) {
      await lab.ip(`-n x link set va master ${master}`);
      const refused = new RegExp(`it already exists.*\\n  there is ${what}; it is left as it is`);
      await assert.rejects(provider.create("BridgePort", "port", PORT), refused);
      assert.equal((await shown())?.master, master);
    }
  });

  it("survives that its device or its bridge is deleted by hand [34]", async () => {
    const { lab, provider } = fixture;
    for (const [gone, ...again] of [
      ["br0", "-n x link add name br0 up type bridge"],
      ["va", "link add name va netns x type veth peer name vb netns y"],
    ]) {
      const made = await provider.create("BridgePort", "port", PORT);
      await lab.ip(`-n x link del ${gone}`);
      assert.equal(await provider.read("BridgePort", "port", made), undefined);
      await provider.delete("BridgePort", "port", made);
      for (const line of again) await lab.ip(line);
      // Others of these names are not what the state is about.
      await lab.ip("-n x link set va master br0");
      assert.equal(await provider.read("BridgePort", "port", made), undefined);
      await provider.delete("BridgePort", "port", made);
      assert.equal((await shown())?.master, "br0");
      await lab.ip("-n x link set va nomaster");
    }
  });

  it("is gone when its device was renamed, and is made again when that has its name back", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("BridgePort", "port", PORT);
    for (const words of ["down", "name eth7"]) await lab.ip(`-n x link set va ${words}`);
    assert.equal(await provider.read("BridgePort", "port", made), undefined);
    await lab.ip("-n x link set eth7 name va");
    assert.deepEqual((await provider.read("BridgePort", "port", made))?.inputs, made.inputs);
    await provider.delete("BridgePort", "port", made);
  });

  it("goes on after a run that died half way, or before it could answer", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link set va down");
    await lab.ip("-n x link set va name v#a");
    const port = { ...PORT, device: "v#a", priority: 7 };
    const dying = new TestProvider(lab);
    dying.dieBefore((command) => command.includes("priority"));
    await assert.rejects(dying.create("BridgePort", "port", port));
    assert.equal((await shown("v#a"))?.priority, 32);
    const lost = await new TestProvider(lab).create("BridgePort", "port", port);
    assert.equal((await shown("v#a"))?.priority, 7);
    assert.deepEqual(await provider.create("BridgePort", "port", port), lost);
    await provider.delete("BridgePort", "port", lost);
    await lab.ip("-n x link del v#a");
  });

  it("does not take a port of another bridge for what a dead run was about to make", async () => {
    const { lab, provider } = fixture;
    const dying = new TestProvider(lab);
    dying.dieBefore((command) => command.includes("master"));
    await assert.rejects(dying.create("BridgePort", "port", PORT));
    await lab.ip("-n x link set va master br1");
    await assert.rejects(provider.create("BridgePort", "port", PORT), /already exists/);
    assert.equal((await shown())?.master, "br1");
    await lab.ip("-n x link set va nomaster");
    await provider.delete("BridgePort", "port", await provider.create("BridgePort", "port", PORT));
  });

  it("imports a port, with inputs whose next diff is empty", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link set va master br0");
    assert.deepEqual((await provider.import("BridgePort", "x/br0/va"))?.inputs, PORT);
    await bridge("link", "set", "dev", "va", "cost", "9", "guard", "on");
    const found = await provider.import("BridgePort", "x/br0/va");
    assert.deepEqual(found?.inputs, { ...PORT, cost: 9, guard: true });
    const { inputs, failures } = provider.check("BridgePort", "found", found.inputs);
    assert.deepEqual([failures, provider.diff("BridgePort", found, inputs).details], [[], []]);
    await assert.rejects(provider.import("BridgePort", "x/br1/va"), /there is the device x\/va, which belongs to br0/);
    await provider.delete("BridgePort", "found", found);
    assert.equal(await provider.import("BridgePort", "x/br0/va"), undefined);
  });

  it("takes the device out again when a later step fails, and puts everything back [32] [33]", async () => {
    const { provider } = fixture;
    provider.failOn((command) => command.includes("guard on"));
    await assert.rejects(provider.create("BridgePort", "port", { ...PORT, guard: true }), /refused by the test/);
    assert.equal(await shown(), undefined);
    const made = await provider.create("BridgePort", "port", PORT);
    const news = { ...PORT, priority: 9, guard: true };
    await assert.rejects(provider.update("BridgePort", "port", made, news), /refused by the test/);
    assert.equal((await shown())?.priority, 32);
    await provider.delete("BridgePort", "port", made);
  });

  it("refuses what is no bridge, and a device that is not there", async () => {
    const { provider } = fixture;
    await assert.rejects(
      provider.create("BridgePort", "port", { ...PORT, bridge: "lo" }),
      /could not make it a port of the bridge/,
    );
    await assert.rejects(
      provider.create("BridgePort", "port", { ...PORT, device: "none" }),
      /could not make it a port of the bridge\n.*Cannot find device "none"/,
    );
    assert.equal(await shown(), undefined);
  });

  it("is in the VLANs that the program says, and in no others", async function () {
    const { provider } = fixture;
    const vlans = async () =>
      (await bridge("vlan", "show", "dev", "va")).replace(/^.*\n/, "").replace("va", "").trim().split(/\n\s+/);
    const made = await madeWhereBuilt(this, "CONFIG_BRIDGE_VLAN_FILTERING", () =>
      provider.create("BridgePort", "port", {
        ...PORT,
        vlans: [
          { vid: 20, vidEnd: 22 },
          { vid: 10, pvid: true, untagged: true },
        ],
      }),
    );
    assert.deepEqual(await vlans(), ["10 PVID Egress Untagged", "20", "21", "22"]);
    assert.deepEqual(await provider.read("BridgePort", "port", made), made);
    const news = {
      ...PORT,
      vlans: [
        { vid: 21, pvid: true },
        { vid: 10, untagged: true },
      ],
    };
    const now = await provider.update("BridgePort", "port", made, news);
    assert.deepEqual(await vlans(), ["10 Egress Untagged", "21 PVID"]);
    assert.deepEqual(provider.diff("BridgePort", now, { ...news, vlans: [...news.vlans].reverse() }).details, []);

    await bridge("vlan", "del", "vid", "10", "dev", "va");
    await bridge("vlan", "add", "vid", "99", "dev", "va");
    const seen = await provider.read("BridgePort", "port", now);
    assert.ok(seen);
    assert.ok(provider.diff("BridgePort", seen, now.inputs).details.length > 0);
    const again = await provider.update("BridgePort", "port", seen, now.inputs);
    assert.deepEqual(await vlans(), ["10 Egress Untagged", "21 PVID"]);
    assert.deepEqual((await provider.import("BridgePort", "x/br0/va"))?.inputs, now.inputs);
    const { replaces } = provider.diff("BridgePort", again, PORT);
    assert.deepEqual(replaces, ["vlans"]);
    await provider.delete("BridgePort", "port", again);
    assert.equal(await shown(), undefined);
  });
});
