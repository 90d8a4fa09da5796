import assert from "node:assert/strict";
import { LabHost } from "../../support/labHost";
import { needs } from "../../support/need";
import { until } from "../../support/until";
import { addressAsIp, ofIp } from "./asIp";
import { cable, Ring, request } from "./ring";

describe("addresses by netlink", () => {
  const red = "/run/netns/red";
  const [INET, INET6, HOST] = [2, 10, 254];
  let host: LabHost;
  let ring: Ring;

  before(needs("root", "unshare", "nsenter"));
  beforeEach(async () => {
    host = await LabHost.start();
    ring = await Ring.start(host);
    await ring.run("namespace", "makeNamespace", red, "");
    await ring.done(red, ...cable());
  });
  afterEach(async () => {
    await ring?.stop();
    await host?.stop();
  });

  const add = (values: object) =>
    request("address", "addAddress", { prefixlen: 24, index: 5, family: INET, ...values });

  it("are read as `ip -j -d` prints them", async () => {
    await ring.done(
      red,
      add({ local: "10.0.0.1", broadcast: "10.0.0.255", label: "a:one" }),
      add({ local: "10.9.0.2", scope: HOST }),
      add({ local: "10.1.0.1", address: "10.1.0.2", prefixlen: 32 }),
      add({ family: INET6, local: "2001:db8::1", prefixlen: 64, flags: 2 }),
      add({ family: INET6, local: "2001:db8::5", address: "2001:db8:1::5", prefixlen: 128, flags: 2, index: 6 }),
    );
    await until("duplicate address detection", async () => {
      const all = await ring.find("address", "listAddresses", red);
      return all.every(({ flags = 0 }) => (flags & 0x40) === 0);
    });
    const shown = await host.json<{ ifindex: number; addr_info: object[] }[]>([
      "ip",
      "-n",
      "red",
      "-j",
      "-d",
      "addr",
      "show",
    ]);
    for (const { ifindex, addr_info } of shown) {
      const all = await ring.find("address", "listAddresses", red, { index: ifindex });
      const told = all.map(addressAsIp);
      assert.deepEqual(
        addr_info.map((row, index) => ofIp(row, told[index])),
        told,
      );
    }
    const of = async (only: object) => (await ring.find("address", "listAddresses", red, only)).length;
    assert.deepEqual(
      [await of({ family: INET }), await of({ index: 6 }), await of({ family: INET6, index: 5 })],
      [3, 2, 2],
    );
  });

  it("that the kernel refuses have its errno, and one that is removed is gone", async () => {
    const one = { local: "10.0.0.1" };
    const errors = await ring.execute(
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
    assert.equal((await ring.find("address", "listAddresses", red, { family: INET })).length, 0);
  });
});
