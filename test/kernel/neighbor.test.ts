import assert from "node:assert/strict";
import { TestProvider } from "../support/provider/testProvider";
import { kernelSuite } from "../support/suites/kernelSuite";

kernelSuite("Neighbor on the kernel", (fixture) => {
  beforeEach(async () => {
    const { lab } = fixture;
    await lab.ip("link add name va netns x type veth peer name vb netns y");
    await lab.ip("-n y link set vb up");
    await lab.ip("-n x link set va up");
    await lab.ip("-n x addr add 10.0.1.1/24 dev va");
  });
  afterEach(() => fixture.lab.tryRun(["ip", "-n", "x", "link", "del", "va"]));

  const to = (address: string, more = {}) => ({ namespace: "x", device: "va", address, ...more });
  const MAC = "02:00:00:00:00:0a";
  const entries = async (...words: string[]) => {
    const text = await fixture.lab.run(["ip", "-n", "x", "neigh", "show", ...words, "dev", "va"]);
    return text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("ff02:"));
  };
  const kinds: [what: string, inputs: ReturnType<typeof to>, id: string, words: string[], line: string][] = [
    ["of IPv4", to("10.0.1.2", { mac: MAC.toUpperCase() }), "x/va/10.0.1.2", [], `10.0.1.2 lladdr ${MAC} PERMANENT`],
    [
      "of IPv6 that is a router",
      to("2001:DB8::2", { mac: MAC, router: true }),
      "x/va/2001:db8::2",
      [],
      `2001:db8::2 lladdr ${MAC} router PERMANENT`,
    ],
    ["of a proxy", to("10.0.1.9", { proxy: true }), "x/va/10.0.1.9,proxy", ["proxy"], "10.0.1.9 proxy"],
    [
      "of a proxy of IPv6",
      to("2001:db8::9", { proxy: true, router: true }),
      "x/va/2001:db8::9,proxy",
      ["proxy"],
      "2001:db8::9 router proxy",
    ],
  ];
  for (const [what, inputs, id, words, line] of kinds) {
    it(`makes an entry ${what}, reads it, imports it and removes it`, async () => {
      const { lab, provider } = fixture;
      const made = await provider.create("Neighbor", "peer", inputs);
      assert.equal(made.id, id);
      assert.deepEqual(
        (await entries(...words)).map((one) => one.replace(/ +/g, " ")),
        [line],
      );
      assert.deepEqual(await provider.read("Neighbor", "peer", made), made);
      assert.deepEqual(await provider.list("Neighbor", { namespace: "x" }), [id]);
      const found = await provider.import("Neighbor", id);
      assert.ok(found);
      const { inputs: checked, failures } = provider.check("Neighbor", "found", found.inputs);
      assert.deepEqual([failures, provider.diff("Neighbor", found, checked).details], [[], []]);
      await assert.rejects(new TestProvider(lab).create("Neighbor", "other", inputs), /already exists/);
      await provider.delete("Neighbor", "peer", made);
      assert.deepEqual(await entries(...words), []);
      assert.equal(await provider.read("Neighbor", "peer", made), undefined);
      await provider.delete("Neighbor", "peer", made);
    });
  }

  it("changes the MAC address in place, and a router into none", async () => {
    const { provider } = fixture;
    const made = await provider.create("Neighbor", "peer", to("2001:db8::2", { mac: MAC, router: true }));
    const other = to("2001:db8::2", { mac: "02:00:00:00:00:0b", router: true });
    assert.deepEqual(provider.diff("Neighbor", made, other).details, ["mac: UPDATE"]);
    const now = await provider.update("Neighbor", "peer", made, other);
    assert.deepEqual(await entries(), ["2001:db8::2 lladdr 02:00:00:00:00:0b router PERMANENT"]);
    const none = await provider.update("Neighbor", "peer", now, to("2001:db8::2", { mac: MAC }));
    assert.deepEqual(await entries(), [`2001:db8::2 lladdr ${MAC} PERMANENT`]);
    await provider.delete("Neighbor", "peer", none);
  });

  it("replaces for a proxy in its place", async () => {
    const { provider } = fixture;
    const made = await provider.create("Neighbor", "peer", to("10.0.1.2", { mac: MAC }));
    const { inputs } = provider.check("Neighbor", "peer", to("10.0.1.2", { proxy: true }));
    assert.deepEqual(provider.diff("Neighbor", made, inputs).details, ["mac: DELETE", "proxy: ADD_REPLACE"]);
    await provider.delete("Neighbor", "peer", made);
  });

  it("takes back a changed MAC address", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Neighbor", "peer", to("10.0.1.2", { mac: MAC }));
    await lab.ip("-n x neigh replace 10.0.1.2 lladdr 02:00:00:00:00:99 dev va nud permanent");
    const seen = await provider.read("Neighbor", "peer", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("Neighbor", seen, made.inputs).details, ["mac: UPDATE"]);
    await provider.delete("Neighbor", "peer", await provider.update("Neighbor", "peer", seen, made.inputs));
  });

  it("takes the place of what the kernel has learnt", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x neigh add 10.0.1.2 lladdr 02:00:00:00:00:99 dev va nud stale");
    const made = await provider.create("Neighbor", "peer", to("10.0.1.2", { mac: MAC }));
    assert.deepEqual(await entries(), [`10.0.1.2 lladdr ${MAC} PERMANENT`]);
    await provider.delete("Neighbor", "peer", made);
  });

  it("leaves a foreign entry alone and says so [31]", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x neigh add 10.0.1.2 lladdr 02:00:00:00:00:99 dev va");
    await lab.ip("-n x neigh add proxy 10.0.1.3 dev va");
    await assert.rejects(provider.create("Neighbor", "peer", to("10.0.1.2", { mac: MAC })), /already exists/);
    await assert.rejects(provider.create("Neighbor", "peer", to("10.0.1.3", { proxy: true })), /already exists/);
    assert.deepEqual(await entries(), ["10.0.1.2 lladdr 02:00:00:00:00:99 PERMANENT"]);
    const beside = await provider.create("Neighbor", "peer", to("10.0.1.2", { proxy: true }));
    await provider.delete("Neighbor", "peer", beside);
    assert.deepEqual((await entries("proxy")).length, 1);
  });

  it("survives being deleted by hand, with its device or its namespace [34]", async () => {
    const { lab, provider } = fixture;
    for (const words of ["neigh del 10.0.1.2 dev va", "link set va down", "link del va"]) {
      const made = await provider.create("Neighbor", "peer", to("10.0.1.2", { mac: MAC }));
      await lab.ip(`-n x ${words}`);
      assert.equal(await provider.read("Neighbor", "peer", made), undefined, words);
      await provider.delete("Neighbor", "peer", made);
      await provider.delete("Neighbor", "peer", { ...made, state: { ...made.state, namespace: "gone" } });
      await lab.tryRun(["ip", "-n", "x", "link", "set", "va", "up"]);
    }
  });

  it("does not delete the like entry on another device that has the name now", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Neighbor", "peer", to("10.0.1.2", { mac: MAC }));
    await lab.ip("-n x link del va");
    await lab.ip("link add name va index 4711 netns x type veth peer name vb netns y");
    await lab.ip("-n x link set va up");
    await lab.ip(`-n x neigh add 10.0.1.2 lladdr ${MAC} dev va`);
    await provider.delete("Neighbor", "peer", made);
    assert.equal((await entries()).length, 1);
  });

  it("goes on after a run that died before it could answer", async () => {
    const { lab, provider } = fixture;
    const lost = await provider.create("Neighbor", "peer", to("10.0.1.2", { mac: MAC }));
    assert.deepEqual(await new TestProvider(lab).create("Neighbor", "peer", to("10.0.1.2", { mac: MAC })), lost);
    await provider.delete("Neighbor", "peer", lost);
  });

  it("says what to do when the device is missing", async () => {
    await assert.rejects(
      fixture.provider.create("Neighbor", "peer", { ...to("10.0.1.2", { mac: MAC }), device: "none" }),
      /could not make the entry\n.*Cannot find device "none"/,
    );
  });
});
