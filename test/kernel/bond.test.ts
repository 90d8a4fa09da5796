import assert from "node:assert/strict";
import { deviceSuite } from "../support/suites/deviceSuite";
import { hasBond } from "../support/suites/kernelOptions";
import { linkIn } from "../support/suites/kernelSuite";

const ROW = {
  type: "Bond",
  linkType: "bond",
  option: "CONFIG_BONDING",
  isBuilt: hasBond,
  props: {},
  foreign: "type bond",
  mtu: 1500,
  isLocal: true,
};

deviceSuite(ROW, (fixture, it0) => {
  it("has what the program says, and changes it in place, down for a moment where the kernel wants that", async () => {
    const { lab, provider } = fixture;
    const given = { ...it0, mode: "802.3ad", miimon: 50, updelay: 100, xmitHashPolicy: "layer3+4" };
    const more = { lacpRate: "fast", adSelect: "count", minLinks: 1 };
    const made = await provider.create("Bond", "it0", { ...given, ...more });
    const shown = async (...words: string[]) => {
      const text = await lab.ip("-n x -d link show it0");
      for (const word of words) assert.match(text, new RegExp(` ${word.replace("+", "\\+")} `));
    };
    await shown("mode 802.3ad miimon 50 updelay 100 downdelay 0", "xmit_hash_policy layer3+4", "min_links 1");
    await shown("lacp_rate fast", "ad_select count");
    const { ifindex } = await linkIn(lab, "x", "it0");
    const now = await provider.update("Bond", "it0", made, { ...given, miimon: 100, updelay: 200, downdelay: 300 });
    await shown("miimon 100 updelay 200 downdelay 300", "min_links 0", "lacp_rate slow", "ad_select stable");
    const link = await linkIn(lab, "x", "it0");
    assert.deepEqual([link.ifindex, link.flags.includes("UP")], [ifindex, true]);
    assert.deepEqual(provider.diff("Bond", now, { ...it0, mode: "broadcast" }).replaces, ["mode"]);
    await provider.delete("Bond", "it0", now);
  });

  it("knows its primary before that is a port, and another one later", async () => {
    const { lab, provider } = fixture;
    const given = { ...it0, mode: "active-backup" };
    const made = await provider.create("Bond", "it0", { ...given, primary: "va" });
    assert.deepEqual(await provider.read("Bond", "it0", made), made);
    const port = await provider.create("BondPort", "port", { namespace: "x", bond: "it0", device: "va" });
    assert.match(await lab.ip("-n x -d link show it0"), / primary va /);
    assert.deepEqual(await provider.read("Bond", "it0", made), made);
    const now = await provider.update("Bond", "it0", made, { ...given, primary: "vb" });
    assert.deepEqual(provider.diff("Bond", now, { ...given, up: true }).details, ["primary: DELETE_REPLACE"]);
    await provider.delete("BondPort", "port", port);
    await provider.delete("Bond", "it0", now);
  });
});
