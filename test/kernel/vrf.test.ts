import assert from "node:assert/strict";
import { localHost } from "../../provider/host/local";
import { Kernel } from "../../provider/kernel/kernel";
import { SharedReads } from "../../provider/kernel/readCache";
import { rule } from "../../provider/resources/rule";
import { LabNetlink } from "../support/provider/labNetlink";
import { deviceSuite } from "../support/suites/deviceSuite";
import { hasVrf } from "../support/suites/kernelOptions";

const ROW = {
  type: "Vrf",
  linkType: "vrf",
  option: "CONFIG_NET_VRF",
  isBuilt: hasVrf,
  props: { table: 10 },
  foreign: "type vrf table 11",
  mtu: 65575,
  isLocal: true,
};

deviceSuite(ROW, (fixture, it0) => {
  it("has the table that the program says, and the rule that the kernel makes is nobody's", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Vrf", "it0", { ...it0, table: 4_294_967_295 });
    assert.match(await lab.ip("-n x -d link show it0"), /vrf table 4294967295/);
    assert.match(await lab.ip("-n x rule"), /^1000:\s+from all lookup \[l3mdev-table\]$/m);
    const told = async () => {
      const netlink = new LabNetlink(lab, async (work) => work());
      const options = { host: localHost, netlink, sharedReads: new SharedReads(), debug: () => {} };
      const kernel = new Kernel({ ...options, signal: new AbortController().signal });
      const found = await rule.uncovered?.(kernel, "x");
      netlink.release();
      return found;
    };
    assert.deepEqual(await told(), []);
    assert.deepEqual(provider.diff("Vrf", made, { ...it0, up: true, table: 12 }).details, ["table: UPDATE_REPLACE"]);
    await lab.ip("-n x rule del priority 1000");
    assert.deepEqual(await told(), ["that the kernel's own rule 1000 of inet is gone"]);
    await lab.ip("-n x rule add l3mdev priority 1000");
    await provider.delete("Vrf", "it0", made);
    await lab.ip("-n x rule del priority 1000");
    await lab.ip("-n x rule add l3mdev priority 1000 protocol kernel");
  });
});
