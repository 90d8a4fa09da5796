import assert from "node:assert/strict";
import { deviceSuite } from "../support/suites/deviceSuite";
import { hasIpvlan } from "../support/suites/kernelOptions";

const ROW = {
  type: "Ipvlan",
  linkType: "ipvlan",
  option: "CONFIG_IPVLAN",
  isBuilt: hasIpvlan,
  props: { parent: "va" },
  foreign: "link va type ipvlan mode l2 private",
  mac: "parent's" as const,
  mtu: 1500,
};

deviceSuite(ROW, (fixture, it0) => {
  it("has the mode and the flag that the program says, and changes both in place, for all of the parent", async () => {
    const { lab, provider } = fixture;
    let made = await provider.create("Ipvlan", "it0", { ...it0, mode: "l2", flag: "private" });
    const other = await provider.create("Ipvlan", "it1", { ...it0, name: "it1", mode: "l2", flag: "private" });
    for (const [mode, flag] of [
      ["l3s", "vepa"],
      ["l3", "bridge"],
    ] as const) {
      made = await provider.update("Ipvlan", "it0", made, { ...it0, mode, flag });
      assert.deepEqual([made.state.mode, made.state.flag], [mode, flag]);
      assert.match(await lab.ip("-n x -d link show it0"), new RegExp(`it0@va: [^]*ipvlan +mode ${mode} ${flag}`));
      const beside = await provider.read("Ipvlan", "it1", other);
      assert.deepEqual([beside?.state.mode, beside?.state.flag], [mode, flag]);
    }
    await provider.delete("Ipvlan", "it1", other);
    await provider.delete("Ipvlan", "it0", made);
  });

  it("says what to do when the parent is taken by a macvlan", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link add name other link va type macvlan");
    await assert.rejects(
      provider.create("Ipvlan", "it0", it0),
      /EBUSY[\s\S]*Its parent is taken: a device has macvlans/,
    );
    await lab.ip("-n x link del other");
  });
});
