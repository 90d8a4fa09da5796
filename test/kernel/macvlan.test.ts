import assert from "node:assert/strict";
import { deviceSuite } from "../support/suites/deviceSuite";
import { hasMacvlan } from "../support/suites/kernelOptions";

const ROW = {
  type: "Macvlan",
  linkType: "macvlan",
  option: "CONFIG_MACVLAN",
  isBuilt: hasMacvlan,
  props: { parent: "va" },
  foreign: "link va type macvlan mode private",
  mtu: 1500,
};

deviceSuite(ROW, (fixture, it0) => {
  it("has the mode and the parent that the program says, and replaces for both", async () => {
    const { lab, provider } = fixture;
    for (const mode of ["private", "vepa", "bridge", "source", "passthru"]) {
      const made = await provider.create("Macvlan", "it0", { ...it0, mode });
      assert.match(await lab.ip("-n x -d link show it0"), new RegExp(`it0@va: [^]*macvlan mode ${mode}`));
      assert.deepEqual([made.state.mode, made.state.parent], [mode, "va"]);
      const { details } = provider.diff("Macvlan", made, { ...made.inputs, mode: "other", parent: "vb" });
      assert.deepEqual(details, ["mode: UPDATE_REPLACE", "parent: UPDATE_REPLACE"]);
      await provider.delete("Macvlan", "it0", made);
    }
  });

  it("has the parent's mtu where the program says none, and is replaced to get it back", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link set va mtu 1400");
    const made = await provider.create("Macvlan", "it0", { ...it0, mtu: 1300 });
    assert.deepEqual(provider.diff("Macvlan", made, { ...it0, up: true }).details, ["mtu: DELETE_REPLACE"]);
    await provider.delete("Macvlan", "it0", made);
    const other = await provider.create("Macvlan", "it0", it0);
    assert.equal(other.state.mtu, 1400);
    await provider.delete("Macvlan", "it0", other);
  });

  it("says what to do when the parent is missing", async () => {
    await assert.rejects(
      fixture.provider.create("Macvlan", "it0", { ...it0, parent: "none" }),
      /could not make the device\n.*Cannot find device "none"\n {2}Something that it needs is not there/,
    );
  });
});
