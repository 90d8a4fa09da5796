import assert from "node:assert/strict";
import { addressInfo } from "../../../provider/kernel/addressRow";
import type { Address } from "../../../provider/netlink/address";
import { LabHost } from "../../support/labHost/labHost";
import { needs } from "../../support/suites/needs";
import { until } from "../../support/suites/until";
import { ofIp, withShown } from "./asIp";
import { cable, NetlinkProcess, request } from "./netlinkProcess";

describe("addresses by netlink", () => {
  const red = "/run/netns/red";
  const [INET, INET6, HOST] = [2, 10, 254];
  let host: LabHost;
  let netlink: NetlinkProcess;

  before(needs("root", "unshare", "nsenter"));
  beforeEach(async () => {
    host = await LabHost.start();
    netlink = await NetlinkProcess.start(host);
    await netlink.run("namespace", "makeNamespace", red, "");
    await netlink.done(red, ...cable());
  });
  afterEach(async () => {
    await netlink?.stop();
    await host?.stop();
  });

  const add = (values: object) =>
    request("address", "addAddress", { prefixlen: 24, index: 5, family: INET, ...values });

  it("are read as `ip -j -d` prints them", async () => {
    await netlink.done(
      red,
      add({ local: "10.0.0.1", broadcast: "10.0.0.255", label: "a:one" }),
      add({ local: "10.9.0.2", scope: HOST }),
      add({ local: "10.1.0.1", address: "10.1.0.2", prefixlen: 32 }),
      add({ family: INET6, local: "2001:db8::1", prefixlen: 64, flags: 2 }),
      add({ family: INET6, local: "2001:db8::5", address: "2001:db8:1::5", prefixlen: 128, flags: 2, index: 6 }),
    );
    await until("duplicate address detection", async () => {
      const all = await netlink.find("address", "listAddresses", red);
      return all.every(({ flags = 0 }) => (flags & 0x40) === 0);
    });
    const [shown, seen] = await withShown<{ ifindex: number; addr_info: object[] }, Address[][]>(
      host,
      ["ip", "-n", "red", "-j", "-d", "addr", "show"],
      () => Promise.all([1, 5, 6].map((index) => netlink.find("address", "listAddresses", red, { index }))),
    );
    assert.deepEqual(
      shown.map(({ ifindex }) => ifindex),
      [1, 5, 6],
    );
    for (const [at, { addr_info }] of shown.entries()) {
      const told = seen[at]?.map(addressInfo) ?? [];
      assert.deepEqual(
        addr_info.map((row, index) => ofIp(row, told[index])),
        told,
      );
    }
    const of = async (only: object) => (await netlink.find("address", "listAddresses", red, only)).length;
    assert.deepEqual(
      [await of({ family: INET }), await of({ index: 6 }), await of({ family: INET6, index: 5 })],
      [3, 2, 2],
    );
  });

  it("that the kernel refuses have its errno, and one that is removed is gone", async () => {
    const one = { local: "10.0.0.1" };
    const errors = await netlink.execute(
      red,
      add(one),
      add(one),
      add({ local: "10.0.0.2", index: 99 }),
      add({ local: "10.0.0.2", prefixlen: 33 }),
      request("address", "delAddress", { ...one, family: INET, prefixlen: 24, index: 5 }),
      request("address", "delAddress", { ...one, family: INET, prefixlen: 24, index: 5 }),
    );
    assert.deepEqual(
      errors.map((error) => error?.code),
      [undefined, "EEXIST", "ENODEV", "EINVAL", undefined, "EADDRNOTAVAIL"],
    );
    assert.equal((await netlink.find("address", "listAddresses", red, { family: INET })).length, 0);
  });
});
