import assert from "node:assert/strict";
import { showVlans } from "../../../provider/kernel/bridge";
import { Kernel } from "../../../provider/kernel/kernel";
import { FakeHost } from "../../support/fakeHost";

const shows = (stdout: string, more = {}) =>
  showVlans(
    new Kernel({
      host: new FakeHost(() => ({ stdout, ...more })),
      signal: new AbortController().signal,
      debug: () => {},
    }),
    "net0",
    "br0",
  );

describe("the VLANs that `bridge -j vlan` shows", () => {
  const PVID = ["PVID", "Egress Untagged"];

  it("are one by one, or ranges where `bridge` writes them so", async () => {
    const rows = (vlans: object[]) => JSON.stringify([{ ifname: "br0", vlans }]);
    const expected = [
      { vid: 5, pvid: true, untagged: true },
      { vid: 10, vidEnd: 12 },
      { vid: 13, untagged: true },
    ];
    const single = [{ vlan: 5, flags: PVID }, { vlan: 10 }, { vlan: 11 }, { vlan: 12 }];
    const last = { vlan: 13, flags: ["Egress Untagged"] };
    assert.deepEqual(await shows(rows([...single, last])), expected);
    assert.deepEqual(await shows(rows([{ vlan: 5, flags: PVID }, { vlan: 10, vlanEnd: 12 }, last])), expected);
  });

  it("are those of the device that is asked for, and none where it has none or is gone", async () => {
    assert.deepEqual(await shows('[{"ifname":"other","vlans":[{"vlan":1}]}]'), []);
    assert.deepEqual(await shows("[]"), []);
    assert.deepEqual(await shows("", { exitCode: 255, stderr: 'Cannot find device "br0"' }), []);
  });

  it("are not none when `bridge` prints no list", async () => {
    await assert.rejects(shows("br0 1 PVID"), /could not read what `bridge -j vlan show dev br0` printed/);
  });
});
