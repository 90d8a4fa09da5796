import assert from "node:assert/strict";
import { pinged } from "../support/labHost/pings";
import { deviceSuite } from "../support/suites/deviceSuite";
import { hasGeneve } from "../support/suites/kernelOptions";

const ROW = {
  type: "Geneve",
  linkType: "geneve",
  option: "CONFIG_GENEVE",
  isBuilt: hasGeneve,
  props: { vni: 100, remote: "10.0.0.2" },
  foreign: "type geneve id 200 remote 10.0.0.9",
  mtu: 1500,
};

deviceSuite(ROW, (fixture, it0) => {
  const show = async () => (await fixture.lab.ip("-n x -d link show it0")).replace(/\s+/g, " ");

  it("goes out as the program says, is changed in place, and gets the kernel's own back", async () => {
    const { provider } = fixture;
    const more = { ttl: 9, tos: 16, df: "set" };
    const made = await provider.create("Geneve", "it0", { ...it0, ...more, port: 6082 });
    assert.match(await show(), /geneve id 100 remote 10.0.0.2 ttl 9 tos 0x10 df set dstport 6082/);
    assert.deepEqual((await provider.import("Geneve", "x/it0", "it0"))?.inputs, made.inputs);
    const news = { ...it0, port: 6082, remote: "10.0.0.3", ttl: "inherit", tos: "inherit", df: "inherit" };
    const now = await provider.update("Geneve", "it0", made, news);
    assert.match(await show(), /remote 10.0.0.3 ttl inherit tos inherit df inherit/);
    assert.deepEqual(await provider.read("Geneve", "it0", now), now);
    const back = await provider.update("Geneve", "it0", now, { ...it0, port: 6082 });
    assert.deepEqual([back.state.ttl, back.state.tos, back.state.df, back.state.remote], [0, 0, "unset", "10.0.0.2"]);
    assert.equal(back.state.ifindex, made.state.ifindex);
    const elsewhere = { ...back.inputs, remote: "2001:db8::2", vni: 7, port: 1 };
    const { details } = provider.diff("Geneve", back, elsewhere);
    assert.deepEqual(details, ["port: UPDATE_REPLACE", "remote: UPDATE_REPLACE", "vni: UPDATE_REPLACE"]);
    await assert.rejects(
      provider.create("Geneve", "it1", { ...it0, name: "it1", port: 6082 }),
      /Another Geneve of this namespace has the same `vni`/,
    );
    await provider.delete("Geneve", "it0", back);
  });

  it("carries frames between two namespaces, over IPv6 too", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link set vb netns y");
    for (const [netns, dev, own, other] of [
      ["x", "va", 1, 2],
      ["y", "vb", 2, 1],
    ] as const) {
      await lab.ip(`-n ${netns} -6 addr add 2001:db8::${own}/64 dev ${dev} nodad`);
      await lab.ip(`-n ${netns} link set ${dev} up`);
      const remote = `2001:db8::${other}`;
      const made = await provider.create("Geneve", `it0-${netns}`, { namespace: netns, name: "it0", vni: 5, remote });
      assert.equal(made.state.mtu, 1430);
      await lab.ip(`-n ${netns} addr add 10.1.0.${own}/24 dev it0`);
    }
    await pinged(lab, "x", "10.1.0.2");
    for (const netns of ["x", "y"]) await lab.ip(`-n ${netns} link del it0`);
  });
});
