import assert from "node:assert/strict";
import { deviceSuite } from "../support/suites/deviceSuite";
import { hasVxlan } from "../support/suites/kernelOptions";
import { until } from "../support/suites/until";

const ROW = {
  type: "Vxlan",
  linkType: "vxlan",
  option: "CONFIG_VXLAN",
  isBuilt: hasVxlan,
  props: { vni: 100 },
  foreign: "type vxlan id 200 dstport 4789",
  mtu: 1500,
};
const ANY = "00:00:00:00:00:00";

deviceSuite(ROW, (fixture, it0) => {
  const show = async () => (await fixture.lab.ip("-n x -d link show it0")).replace(/\s+/g, " ");
  const entries = async () => {
    const text = await fixture.lab.run(["ip", "netns", "exec", "x", "bridge", "fdb", "show", "dev", "it0"]);
    return text
      .trim()
      .split("\n")
      .map((line) => line.replace(/ (via \S+ )?self permanent.*/, "").trim())
      .sort();
  };

  it("goes out as the program says, to one host or to a group, over IPv4 and IPv6", async () => {
    const { provider } = fixture;
    for (const [more, shown, mtu] of [
      [
        { local: "10.0.0.1", remote: "10.0.0.2", device: "va", port: 4790 },
        /id 100 remote 10.0.0.2 local 10.0.0.1 dev va .*dstport 4790/,
        1450,
      ],
      [
        { local: "2001:DB8::1", group: "ff05::1", device: "va" },
        /id 100 group ff05::1 local 2001:db8::1 dev va .*dstport 4789/,
        1430,
      ],
      [{ remote: "2001:db8::2", ttl: 9, learning: false }, /id 100 remote 2001:db8::2 .*nolearning ttl 9/, 1500],
    ] as const) {
      const made = await provider.create("Vxlan", "it0", { ...it0, ...more });
      assert.match(await show(), shown);
      assert.deepEqual(made.state.fdb, []);
      assert.deepEqual(await provider.read("Vxlan", "it0", made), made);
      if (!("ttl" in more)) assert.equal(made.state.mtu, mtu);
      const found = await provider.import("Vxlan", "x/it0", "it0");
      assert.deepEqual(found?.inputs, made.inputs);
      await provider.delete("Vxlan", "it0", made);
    }
  });

  it("changes ttl and learning in place, and puts the kernel's own back", async () => {
    const { provider } = fixture;
    const made = await provider.create("Vxlan", "it0", { ...it0, remote: "10.0.0.2" });
    const now = await provider.update("Vxlan", "it0", made, { ...it0, remote: "10.0.0.2", ttl: 7, learning: false });
    assert.match(await show(), /remote 10.0.0.2 .*nolearning ttl 7/);
    const back = await provider.update("Vxlan", "it0", now, { ...it0, remote: "10.0.0.2" });
    assert.doesNotMatch(await show(), /nolearning|ttl 7/);
    await provider.delete("Vxlan", "it0", back);
  });

  it("replaces for all that says where its packets go", async () => {
    const { provider } = fixture;
    const made = await provider.create("Vxlan", "it0", { ...it0, remote: "10.0.0.2" });
    const news = { ...made.inputs, vni: 1, local: "10.0.0.9", remote: "10.0.0.3", device: "vb", port: 1 };
    assert.deepEqual(provider.diff("Vxlan", made, news).details, [
      "device: ADD_REPLACE",
      "local: ADD_REPLACE",
      "port: UPDATE_REPLACE",
      "remote: UPDATE_REPLACE",
      "vni: UPDATE_REPLACE",
    ]);
    await provider.delete("Vxlan", "it0", made);
  });

  it("has its packets travel in another namespace, also in the provider's own, and is gone with that", async () => {
    const { lab, provider } = fixture;
    const abroad = { ...it0, remote: "10.0.0.2" };
    const more = [
      { namespace: "y", remote: "10.0.0.2", underlay: "x", device: "va" },
      { remote: "10.0.0.2", underlay: "." },
      { remote: "10.0.0.2", underlay: "z" },
    ];
    for (const own of more) {
      if (own.underlay === "z") await lab.ip("netns add z");
      const made = await provider.create("Vxlan", "it0", { ...abroad, ...own });
      assert.equal(made.state.underlay, own.underlay);
      assert.equal(made.state.mtu, own.device ? 1450 : 1500);
      assert.deepEqual(await provider.read("Vxlan", "it0", made), made);
      const found = await provider.import("Vxlan", made.id, "it0");
      assert.deepEqual(found?.inputs, made.inputs);
      // The socket is where the packets are.
      const at = own.underlay === "." ? [] : ["ip", "netns", "exec", own.underlay];
      assert.match(await lab.run([...at, "ss", "-uln"]), /:4789 /);
      if (own.underlay === "z") await lab.ip("netns del z");
      else await provider.delete("Vxlan", "it0", made);
      // The kernel clears a namespace away after its name is gone.
      await until("the end of the device", async () => !(await provider.read("Vxlan", "it0", made)));
    }
  });

  it("may name the namespace that it is in as that of its packets", async () => {
    const { provider } = fixture;
    const { namespace: _, ...own } = it0;
    for (const words of [
      { ...it0, underlay: "x", device: "va" },
      { ...own, underlay: "." },
    ]) {
      const made = await provider.create("Vxlan", "it0", { ...words, remote: "10.0.0.2" });
      assert.equal(made.state.underlay, words.underlay);
      assert.deepEqual(await provider.read("Vxlan", "it0", made), made);
      assert.deepEqual(provider.diff("Vxlan", made, made.inputs).details, []);
      // Who imports it learns what the kernel tells, which is nothing.
      assert.equal((await provider.import("Vxlan", made.id, "it0"))?.inputs.underlay, undefined);
      await provider.delete("Vxlan", "it0", made);
    }
  });

  it("has the entries that the program says, and no others", async () => {
    const { lab, provider } = fixture;
    const fdb = [
      { mac: "02:00:00:00:00:0A", destination: "10.0.0.3" },
      { mac: ANY, destination: "10.0.0.5" },
      { mac: ANY, destination: "10.0.0.4" },
    ];
    const own = `${ANY} dst 10.0.0.2`;
    const made = await provider.create("Vxlan", "it0", { ...it0, remote: "10.0.0.2", fdb });
    const expected = [own, `${ANY} dst 10.0.0.4`, `${ANY} dst 10.0.0.5`, "02:00:00:00:00:0a dst 10.0.0.3"].sort();
    assert.deepEqual(await entries(), expected);
    assert.deepEqual(await provider.read("Vxlan", "it0", made), made);
    assert.deepEqual((await provider.import("Vxlan", "x/it0", "it0"))?.inputs, made.inputs);

    const foreign = (words: string) => lab.run(["ip", "netns", "exec", "x", "bridge", "fdb", ...words.split(" ")]);
    await foreign("append 02:00:00:00:00:0f dev it0 dst 10.0.0.9");
    await foreign(`del ${ANY} dev it0 dst 10.0.0.4`);
    const seen = await provider.read("Vxlan", "it0", made);
    assert.ok(seen);
    assert.ok(provider.diff("Vxlan", seen, made.inputs).details.every((detail) => detail.startsWith("fdb[")));
    const now = await provider.update("Vxlan", "it0", seen, made.inputs);
    assert.deepEqual(await entries(), expected);

    const moved = [{ mac: "02:00:00:00:00:0a", destination: "10.0.0.7" }];
    const other = await provider.update("Vxlan", "it0", now, { ...it0, remote: "10.0.0.2", fdb: moved });
    assert.deepEqual(await entries(), [own, "02:00:00:00:00:0a dst 10.0.0.7"].sort());
    const back = await provider.update("Vxlan", "it0", other, { ...it0, remote: "10.0.0.2" });
    assert.deepEqual(await entries(), [own]);
    await provider.delete("Vxlan", "it0", back);
  });
});
