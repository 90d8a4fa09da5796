import assert from "node:assert/strict";
import { showVlans } from "../../../provider/kernel/bridge";
import { FakeHost, kernelOn } from "../../support/provider/fakeHost";
import { fakeLink } from "../../support/provider/fakeNetlink";

const [PVID, UNTAGGED] = [2, 4];

/** The VLANs of `br0`, which is the device 2. */
function shows(vlans: { vid: number; range?: number; flags?: number }[], index = 2) {
  const host = new FakeHost();
  const netns = host.netlink.add("/run/netns/net0");
  netns.links.push(fakeLink({ index: 2, ifname: "br0" }), fakeLink({ index: 3, ifname: "other" }));
  const entry = vlans.map(({ vid, range, flags = 0 }) => ({ info: { vid, flags }, ...(range && { range }) }));
  netns.vlans.push({ index, entry });
  return showVlans(kernelOn(host), "net0", "br0");
}

describe("the VLANs that the kernel shows", () => {
  it("are one by one, or ranges where it tells them so", async () => {
    const expected = [
      { vid: 5, pvid: true, untagged: true },
      { vid: 10, vidEnd: 12 },
      { vid: 13, untagged: true },
    ];
    const [first, last] = [
      { vid: 5, flags: PVID | UNTAGGED },
      { vid: 13, flags: UNTAGGED },
    ];
    assert.deepEqual(await shows([first, { vid: 10 }, { vid: 11 }, { vid: 12 }, last]), expected);
    assert.deepEqual(await shows([first, { vid: 10, range: 12 }, last]), expected);
  });

  it("are those of the device that is asked for, and none where it has none or is gone", async () => {
    assert.deepEqual(await shows([{ vid: 1 }], 3), []);
    assert.deepEqual(await shows([]), []);
    assert.deepEqual(await showVlans(kernelOn(new FakeHost()), "gone", "br0"), []);
  });
});
