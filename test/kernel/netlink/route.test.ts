import assert from "node:assert/strict";
import type { Route } from "../../../provider/netlink/route";
import { LabHost } from "../../support/labHost/labHost";
import { needs } from "../../support/suites/needs";
import { ofIp, routeAsIp, withShown } from "./asIp";
import { cable, NetlinkProcess, request } from "./netlinkProcess";

const [INET, INET6] = [2, 10];
const [UNICAST, BLACKHOLE, UNREACHABLE, PROHIBIT, THROW] = [1, 6, 7, 8, 9];
const [STATIC, MAIN, LINK, ONLINK] = [4, 254, 253, 4];

describe("routes by netlink", () => {
  const red = "/run/netns/red";
  let host: LabHost;
  let netlink: NetlinkProcess;

  before(needs("root", "unshare", "nsenter"));
  beforeEach(async () => {
    host = await LabHost.start();
    netlink = await NetlinkProcess.start(host);
    await netlink.run("namespace", "makeNamespace", red, "");
    const up = { flags: 1, change: 1 };
    await netlink.done(
      red,
      request("link", "setLink", { index: 1, ...up }),
      ...cable(),
      request("address", "addAddress", { family: INET, local: "10.0.0.1", prefixlen: 24, index: 5 }),
      request("address", "addAddress", { family: INET, local: "10.0.1.1", prefixlen: 24, index: 6 }),
      request("address", "addAddress", { family: INET6, local: "2001:db8::1", prefixlen: 64, index: 5, flags: 2 }),
      request("address", "addAddress", { family: INET6, local: "2001:db8:1::1", prefixlen: 64, index: 6, flags: 2 }),
    );
  });
  afterEach(async () => {
    await netlink?.stop();
    await host?.stop();
  });

  const add = (values: object) =>
    request("route", "addRoute", { family: INET, dstLen: 24, type: UNICAST, table: MAIN, protocol: STATIC, ...values });

  /** What the netlink reads of a family is what `ip` prints. */
  async function agrees(family: number): Promise<number> {
    const links = await netlink.find("link", "listLinks", red);
    const option = family === INET ? "-4" : "-6";
    const [shown, routes] = await withShown<object, Route[]>(
      host,
      ["ip", "-n", "red", "-N", "-j", "-d", option, "route", "show", "table", "all"],
      () => netlink.find("route", "listRoutes", red, { family }),
    );
    const told = routes.map((route) => routeAsIp(route, links));
    assert.deepEqual(
      shown.map((row, index) => ofIp(row, told[index])),
      told,
    );
    return routes.length;
  }

  it("are read as `ip -N -j -d` prints them, whatever their sort", async () => {
    await netlink.done(
      red,
      add({ dst: "10.1.0.0", oif: 5, scope: LINK }),
      add({ dst: "10.2.0.0", gateway: "10.0.0.9", priority: 5, prefsrc: "10.0.1.1" }),
      add({
        dstLen: 0,
        gateway: "192.0.2.1",
        oif: 5,
        flags: ONLINK,
        metrics: { mtu: 1300, advmss: 1000, hoplimit: 9 },
      }),
      add({ dst: "10.3.0.0", gateway: "10.0.0.9", table: 1000 }),
      add({ dst: "10.4.0.0", via: "2001:db8::9", oif: 5 }),
      add({
        dst: "10.5.0.0",
        multipath: [
          { gateway: "10.0.0.9" },
          { gateway: "10.0.1.9", hops: 199 },
          { index: 5, gateway: "192.0.2.1", flags: ONLINK },
        ],
      }),
      ...[BLACKHOLE, UNREACHABLE, PROHIBIT, THROW].map((type) => add({ dst: `10.${type + 10}.0.0`, type })),
    );
    assert.equal(await agrees(INET), 19);
    const six = { family: INET6, dstLen: 64 };
    await netlink.done(
      red,
      add({ ...six, dst: "2001:db8:2::", oif: 5, priority: 1024 }),
      add({
        ...six,
        dst: "2001:db8:3::",
        gateway: "2001:db8::9",
        priority: 7,
        prefsrc: "2001:db8:1::1",
        metrics: { mtu: 1300 },
      }),
      add({ ...six, dstLen: 0, gateway: "fe80::1", oif: 5, table: 1000 }),
      add({
        ...six,
        dst: "2001:db8:5::",
        multipath: [{ gateway: "2001:db8::9" }, { gateway: "2001:db8:1::9", hops: 3 }],
      }),
      ...[BLACKHOLE, UNREACHABLE, PROHIBIT, THROW].map((type) => add({ ...six, dst: `2001:db8:${type}0::`, type })),
    );
    assert.ok((await agrees(INET6)) >= 16);
  });

  it("of one table, device, type or protocol are listed by the kernel", async () => {
    await netlink.done(
      red,
      add({ dst: "10.3.0.0", gateway: "10.0.0.9", table: 1000 }),
      add({ dst: "10.9.0.0", type: BLACKHOLE }),
    );
    const found = async (only: object) =>
      (await netlink.find("route", "listRoutes", red, { family: INET, ...only })).map(({ dst }) => dst);
    assert.deepEqual(await found({ table: 1000 }), ["10.3.0.0"]);
    assert.deepEqual(await found({ table: 1001 }), []);
    assert.deepEqual(await found({ type: BLACKHOLE }), ["10.9.0.0"]);
    assert.deepEqual(await found({ protocol: STATIC }), ["10.9.0.0", "10.3.0.0"].sort());
    assert.deepEqual(await found({ table: MAIN, oif: 6 }), ["10.0.1.0"]);
  });

  it("are changed and removed, and what the kernel refuses has its words", async () => {
    const one = { family: INET, dst: "10.1.0.0", dstLen: 24, type: UNICAST, table: MAIN, protocol: STATIC };
    const errors = await netlink.execute(
      red,
      request("route", "changeRoute", { ...one, gateway: "10.0.0.8" }),
      add({ ...one, gateway: "10.0.0.8" }),
      add({ ...one, gateway: "10.0.0.9" }),
      request("route", "changeRoute", { ...one, gateway: "10.0.0.9" }),
      add({ dst: "10.2.0.0", gateway: "203.0.113.1" }),
      add({ dst: "10.2.0.0", gateway: "10.0.0.9", priority: 1, dstLen: 33 }),
      add({ dst: "10.2.0.0", oif: 99 }),
    );
    assert.deepEqual(
      errors.map((error) => error && [error.code, error.said]),
      [
        ["ENOENT", undefined],
        undefined,
        ["EEXIST", undefined],
        undefined,
        ["ENETUNREACH", "Nexthop has invalid gateway"],
        ["EINVAL", "Invalid prefix length"],
        ["ENODEV", undefined],
      ],
    );
    const [found] = await netlink.find("route", "listRoutes", red, { family: INET, protocol: STATIC });
    assert.deepEqual([found?.dst, found?.gateway], ["10.1.0.0", "10.0.0.9"]);
    await netlink.done(red, request("route", "delRoute", { family: INET, dst: "10.1.0.0", dstLen: 24, table: MAIN }));
    assert.deepEqual(await netlink.find("route", "listRoutes", red, { family: INET, protocol: STATIC }), []);
  });

  it("are read to the last one where they are ten thousand, in which the event loop is heard", async () => {
    const routes = Array.from({ length: 10_000 }, (_, index) => ({
      dst: `10.${100 + (index >> 8)}.${index & 255}.0`,
      gateway: "10.0.0.9",
    }));
    await netlink.done(red, ...routes.map(add));
    const found = await netlink.find("route", "listRoutes", red, { family: INET, protocol: STATIC });
    assert.deepEqual(new Set(found.map(({ dst }) => dst)), new Set(routes.map(({ dst }) => dst)));
    assert.equal(found.length, 10_000);
    assert.ok((await netlink.find("sequences", "longestPauseReading", red)) < 200);
  });

  it("that change while they are read are read again, but not for ever", async () => {
    const few = await netlink.find("sequences", "readInterrupted", red, 0);
    assert.equal(few, 9);
    assert.equal(await netlink.find("sequences", "readInterrupted", red, 3), few);
    await assert.rejects(netlink.find("sequences", "readInterrupted", red, 1000), {
      message: "what the kernel shows has changed 20 times while it was read",
    });
  });
});
