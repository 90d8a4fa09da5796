import assert from "node:assert/strict";
import { deviceSuite } from "../support/suites/deviceSuite";
import { hasVlan } from "../support/suites/kernelOptions";

const ROW = {
  type: "Vlan",
  linkType: "vlan",
  option: "CONFIG_VLAN_8021Q",
  isBuilt: hasVlan,
  props: { parent: "va", vid: 10 },
  foreign: "link va type vlan id 20",
  mtu: 1500,
};

deviceSuite(ROW, (fixture, it0) => {
  it("has the tag and the parent that the program says, and replaces for each", async () => {
    const { lab, provider } = fixture;
    for (const protocol of ["802.1Q", "802.1ad"]) {
      const made = await provider.create("Vlan", "it0", { ...it0, protocol });
      assert.match(await lab.ip("-n x -d link show it0"), new RegExp(`it0@va: [^]*vlan protocol ${protocol} id 10`));
      const { details } = provider.diff("Vlan", made, { ...made.inputs, protocol: "other", vid: 11, parent: "vb" });
      assert.deepEqual(details, ["parent: UPDATE_REPLACE", "protocol: UPDATE_REPLACE", "vid: UPDATE_REPLACE"]);
      await provider.delete("Vlan", "it0", made);
    }
  });

  it("has the parent's mac and mtu where the program says none, and is replaced to get them back", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link set va address 02:00:00:00:00:99 mtu 1400");
    const made = await provider.create("Vlan", "it0", { ...it0, mtu: 1300, mac: "02:00:00:00:00:01" });
    const { details } = provider.diff("Vlan", made, { ...it0, up: true });
    assert.deepEqual(details, ["mac: DELETE_REPLACE", "mtu: DELETE_REPLACE"]);
    await provider.delete("Vlan", "it0", made);
    const other = await provider.create("Vlan", "it0", it0);
    assert.deepEqual([other.state.mac, other.state.mtu], ["02:00:00:00:00:99", 1400]);
    await provider.delete("Vlan", "it0", other);
  });

  it("says what to do when the parent is down, missing, or has that VLAN already", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link set va down");
    await assert.rejects(provider.create("Vlan", "it0", it0), /Its device is down: set that up first/);
    await assert.rejects(provider.create("Vlan", "it0", { ...it0, parent: "none" }), /Cannot find device "none"/);
    await lab.ip("-n x link add name other link va type vlan id 10");
    await assert.rejects(provider.create("Vlan", "it0", it0), /VLAN device already exists/);
    await lab.ip("-n x link del other");
  });
});
