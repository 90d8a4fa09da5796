import assert from "node:assert/strict";
import type { Neighbor } from "../../../provider/netlink/neighbor";
import { LabHost } from "../../support/labHost/labHost";
import { hasVlanFiltering } from "../../support/suites/kernelOptions";
import { needs, skipThis } from "../../support/suites/needs";
import { neighborAsIp, ofIp, withShown } from "./asIp";
import { NetlinkProcess, request } from "./netlinkProcess";

const [PERMANENT, SELF, MASTER] = [0x80, 2, 4];
const [PVID, UNTAGGED] = [2, 4];
const LAST = 4094;

describe("bridges by netlink", () => {
  const red = "/run/netns/red";
  const ANY = "00:00:00:00:00:00";
  let host: LabHost;
  let netlink: NetlinkProcess;

  before(needs("root", "unshare", "nsenter", "bridge"));
  beforeEach(async () => {
    host = await LabHost.start();
    netlink = await NetlinkProcess.start(host);
    await netlink.run("namespace", "makeNamespace", red, "");
    const filtering = hasVlanFiltering ? { vlanFiltering: 1 } : {};
    await netlink.done(
      red,
      request("link", "addLink", { index: 5, ifname: "br0", linkinfo: { kind: "bridge", data: filtering } }),
      request("link", "addLink", {
        index: 6,
        ifname: "a",
        linkinfo: { kind: "veth", data: { peer: { ifname: "b", index: 7 } } },
      }),
      request("link", "setLink", { ifname: "a", master: 5 }),
      request("link", "addLink", { index: 8, ifname: "vx0", linkinfo: { kind: "vxlan", data: { id: 5, port: 4789 } } }),
    );
  });
  afterEach(async () => {
    await netlink?.stop();
    await host?.stop();
  });

  it("have the FDB that `bridge -j fdb` prints, and so has a VXLAN", async () => {
    const append = (values: object) =>
      request("fdb", "appendFdb", { index: 8, flags: SELF, state: PERMANENT, ...values });
    await netlink.done(
      red,
      append({ lladdr: ANY, dst: "192.0.2.2" }),
      append({ lladdr: ANY, dst: "192.0.2.3" }),
      append({ lladdr: "02:00:00:00:00:09", dst: "192.0.2.3" }),
      append({ index: 6, flags: MASTER, lladdr: "02:00:00:00:00:08" }),
    );
    const links = await netlink.find("link", "listLinks", red);
    for (const [index, dev, count] of [
      [8, "vx0", 3],
      [6, "a", undefined],
      [undefined, undefined, undefined],
    ] as const) {
      const [shown, seen] = await withShown<object, Neighbor[]>(
        host,
        ["bridge", "-n", "red", "-j", "fdb", "show", ...(dev ? ["dev", dev] : [])],
        () => netlink.find("fdb", "listFdb", red, index),
      );
      const told = seen.map((one) => {
        const { dst, dev: ifname, lladdr } = neighborAsIp(one, links);
        return { mac: lladdr, dst, ifname };
      });
      const rows = shown.map((row, at) => ofIp({ ifname: dev, ...row }, told[at]));
      assert.deepEqual(rows, told);
      if (count !== undefined) assert.equal(told.length, count);
    }
    const errors = await netlink.execute(
      red,
      request("fdb", "delFdb", { index: 8, flags: SELF, lladdr: ANY, dst: "192.0.2.2" }),
      request("fdb", "delFdb", { index: 8, flags: SELF, lladdr: "02:00:00:00:00:77", dst: "192.0.2.2" }),
      append({ lladdr: "02:00:00:00:00:07", dst: "2001:db8::1" }),
    );
    assert.deepEqual(
      errors.map((error) => error?.code),
      [undefined, "ENOENT", "EAFNOSUPPORT"],
    );
    assert.deepEqual((await netlink.find("fdb", "listFdb", red, 8)).map(({ dst }) => dst).sort(), [
      "192.0.2.3",
      "192.0.2.3",
    ]);
  });

  const set = (vid: number, range?: number, flags = 0, index = 6) =>
    request("bridgeVlan", "setVlan", { index, vid, range, flags });
  const del = (vid: number, range?: number) => request("bridgeVlan", "delVlan", { index: 6, vid, range });

  /** The VLANs of the port, or what the kernel says that has none. */
  const vlans = async (index: number) =>
    (await netlink.find("bridgeVlan", "listVlans", red, index)).map(({ vid, range = vid, flags }) => [
      vid,
      range,
      flags,
    ]);

  it("have the VLANs that `bridge -j vlan` prints, on ports and their own", async function () {
    const errors = await netlink.execute(
      red,
      del(1),
      set(10, undefined, PVID | UNTAGGED),
      set(20, 29),
      set(30, 39, UNTAGGED),
      set(7, undefined, 0, 5),
      del(25),
    );
    if (!hasVlanFiltering) {
      assert.deepEqual(new Set(errors.map((error) => error?.code)), new Set(["EOPNOTSUPP"]));
      skipThis(this, "CONFIG_BRIDGE_VLAN_FILTERING");
    }
    assert.deepEqual(errors.filter(Boolean), []);
    type Row = { ifname: string; vlans: { vlan: number; vlanEnd?: number; flags?: string[] }[] };
    const shown = await host.json<Row[]>(["bridge", "-n", "red", "-j", "vlan", "show"]);
    const bits = (flags: string[] = []) =>
      (flags.includes("PVID") ? PVID : 0) | (flags.includes("Egress Untagged") ? UNTAGGED : 0);
    const rows = (name: string) => shown.find(({ ifname }) => ifname === name)?.vlans ?? [];
    // With and without ranges, by the version of the tool.
    const each = (vlans: (number | undefined)[][]) =>
      vlans.flatMap(([first = 0, last = 0, flags]) =>
        Array.from({ length: last - first + 1 }, (_, index) => [first + index, flags]),
      );
    const of = (name: string) =>
      each(rows(name).map(({ vlan, vlanEnd = vlan, flags }) => [vlan, vlanEnd, bits(flags)]));
    assert.deepEqual([each(await vlans(6)), each(await vlans(5))], [of("a"), of("br0")]);
    assert.deepEqual(await vlans(6), [
      [10, 10, PVID | UNTAGGED],
      [20, 24, 0],
      [26, 29, 0],
      [30, 39, UNTAGGED],
    ]);
  });

  it("have four thousand VLANs on a port, of which no two beside each other are alike, read to the last", async function () {
    if (!hasVlanFiltering) skipThis(this, "CONFIG_BRIDGE_VLAN_FILTERING");
    const odd = Array.from({ length: LAST / 2 }, (_, index) => set(2 * index + 1, undefined, UNTAGGED));
    await netlink.done(red, set(1, LAST), ...odd);
    const found = await vlans(6);
    assert.deepEqual(
      found,
      Array.from({ length: LAST }, (_, index) => [index + 1, index + 1, index % 2 === 0 ? UNTAGGED : 0]),
    );
    await netlink.done(red, del(1, LAST));
    assert.deepEqual(await vlans(6), []);
  });
});
