import assert from "node:assert/strict";
import { deviceSuite } from "../support/suites/deviceSuite";
import { hasMacvtap } from "../support/suites/kernelOptions";

const ROW = {
  type: "Macvtap",
  linkType: "macvtap",
  option: "CONFIG_MACVTAP",
  isBuilt: hasMacvtap,
  props: { parent: "va" },
  foreign: "link va type macvtap mode private",
  mtu: 1500,
};

deviceSuite(ROW, (fixture, it0) => {
  it("tells the character device that the kernel makes for it", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Macvtap", "it0", { ...it0, mode: "bridge" });
    assert.match(await lab.ip("-n x -d link show it0"), /it0@va: [\s\S]*macvtap mode bridge/);
    assert.equal(made.state.tapDevice, `/dev/tap${made.state.ifindex}`);
    // `ip netns exec` mounts a /sys that shows the namespace's devices.
    const shown = await lab.run(["ip", "netns", "exec", "x", "ls", "/sys/class/net/it0/macvtap"]);
    assert.equal(`/dev/${shown.trim()}`, made.state.tapDevice);
    await provider.delete("Macvtap", "it0", made);
  });
});
