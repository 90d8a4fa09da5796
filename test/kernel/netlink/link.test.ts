import assert from "node:assert/strict";
import { deviceRow } from "../../../provider/kernel/linkRow";
import type { Link } from "../../../provider/netlink/link";
import { LabHost } from "../../support/labHost/labHost";
import { hasBond, hasDummy, hasGeneve, hasGre, hasVlan, hasVrf } from "../../support/suites/kernelOptions";
import { needs, skipThis } from "../../support/suites/needs";
import { ofIp, withShown } from "./asIp";
import { NetlinkProcess, request } from "./netlinkProcess";

/** GRE_KEY of linux/if_tunnel.h. */
const KEYED = 0x2000;
const MARK = "pulumi:project/stack/name:0123456789abcdef01";

describe("links by netlink", () => {
  const [red, blue] = ["/run/netns/red", "/run/netns/blue"];
  let host: LabHost;
  let netlink: NetlinkProcess;

  before(needs("root", "unshare", "nsenter"));
  beforeEach(async () => {
    host = await LabHost.start();
    netlink = await NetlinkProcess.start(host);
    for (const file of [red, blue]) await netlink.run("namespace", "makeNamespace", file, MARK);
  });
  afterEach(async () => {
    await netlink?.stop();
    await host?.stop();
  });

  /** What the netlink reads is what `ip` prints. */
  async function agrees(netns: string): Promise<void> {
    const [shown, links] = await withShown<{ flags: string[] }, Link[]>(
      host,
      ["ip", "-n", netns, "-N", "-j", "-d", "link", "show"],
      () => netlink.find("link", "listLinks", `/run/netns/${netns}`),
    );
    const told = links.map((link) => {
      const { addr_info: _, ...row } = deviceRow(link, [], (index) => links.find((one) => one.index === index)?.ifname);
      return { ...row, flags: row.flags.sort() };
    });
    // By -N it has numbers, also for a protocol of VLANs.
    const named: typeof shown = JSON.parse(JSON.stringify(shown).replaceAll('"[34984]"', '"802.1ad"'));
    // These two `ip` makes of others.
    const flagsOf = (flags: string[]) => flags.filter((flag) => flag !== "NO-CARRIER" && flag !== "M-DOWN").sort();
    assert.deepEqual(
      named.map((row, index) => ofIp({ ...row, flags: flagsOf(row.flags) }, told[index])),
      told,
    );
  }

  const add = (...links: Parameters<typeof import("../../../provider/netlink/link")["addLink"]>[0][]) =>
    netlink.done(red, ...links.map((link) => request("link", "addLink", link)));

  it("are read as `ip -j -d` prints them, whatever their sort", async function () {
    const end = { mtu: 1400, group: 7, address: "02:00:00:00:00:01" };
    await netlink.find(
      "sequences",
      "addPair",
      [red, { ifname: "veth0", ...end, flags: 1, change: 1 }],
      [blue, { ifname: "veth0", group: 7 }],
    );
    await add(
      {
        ifname: "br0",
        address: "02:00:00:00:00:02",
        linkinfo: {
          kind: "bridge",
          data: {
            forwardDelay: 400,
            helloTime: 300,
            maxAge: 1000,
            ageingTime: 5,
            stpState: 1,
            priority: 5,
            mcastSnooping: 0,
          },
        },
      },
      { ifname: "mv0", link: 2, linkinfo: { kind: "macvlan", data: { mode: 4 } } },
      { ifname: "mt0", link: 2, linkinfo: { kind: "macvtap", data: { mode: 1 } } },
      { ifname: "ifb0", linkinfo: { kind: "ifb" } },
      {
        ifname: "vx0",
        linkinfo: {
          kind: "vxlan",
          data: { id: 100, link: 2, local: "192.0.2.1", group: "239.1.1.1", port: 4789, ttl: 3, learning: 0 },
        },
      },
      {
        ifname: "vx1",
        linkinfo: { kind: "vxlan", data: { id: 101, local6: "2001:db8::1", group6: "2001:db8::2", port: 4790 } },
      },
      { ifname: "v0", linkinfo: { kind: "veth", data: { peer: { ifname: "v1", txqlen: 5 } } } },
    );
    if (hasDummy) await add({ ifname: "dummy0", linkinfo: { kind: "dummy" } });
    if (hasVlan)
      await add({ ifname: "veth0.5", link: 2, linkinfo: { kind: "vlan", data: { id: 5, protocol: 0x88a8 } } });
    if (hasBond) {
      const data = {
        mode: 1,
        miimon: 50,
        updelay: 100,
        downdelay: 150,
        xmitHashPolicy: 4,
        minLinks: 2,
        adSelect: 1,
      };
      await add({ ifname: "bond0", linkinfo: { kind: "bond", data } });
      await add({ ifname: "bond1", linkinfo: { kind: "bond", data: { mode: 4, adLacpRate: 1 } } });
      await add({ ifname: "p0", linkinfo: { kind: "veth", data: { peer: { ifname: "p1" } } } });
      await host.ip("-n red link set dev p0 master bond0");
      await host.ip("-n red link set dev bond0 type bond primary p0");
    }
    if (hasVrf) {
      await add({ ifname: "vrf0", linkinfo: { kind: "vrf", data: { table: 4_000_000_000 } } });
      await host.ip("-n red link set dev v1 master vrf0");
    }
    await host.ip("-n red link property add dev v0 altname other-name");
    await netlink.done(
      red,
      request("link", "setLink", { ifname: "veth0", ifalias: MARK, group: 0 }),
      request("link", "setLink", { ifname: "v0", master: 3, flags: 1, change: 1 }),
      request("link", "setLink", {
        ifname: "v0",
        linkinfo: {
          slaveKind: "bridge",
          slaveData: { cost: 9, priority: 8, mode: 1, isolated: 1, learning: 0, unicastFlood: 0, guard: 1, protect: 1 },
        },
      }),
    );
    await agrees("red");
    await agrees("blue");
    if (!hasDummy || !hasVlan || !hasVrf || !hasBond)
      skipThis(this, "CONFIG_BONDING", "CONFIG_DUMMY", "CONFIG_VLAN_8021Q", "CONFIG_NET_VRF");
  });

  it("of tunnels are read as `ip -j -d` prints them", async function () {
    if (!hasGre || !hasGeneve) skipThis(this, "CONFIG_NET_IPGRE", "CONFIG_GENEVE");
    await netlink.find("sequences", "addPair", [red, { ifname: "veth0" }], [blue, { ifname: "veth0" }]);
    const veth0 = (await netlink.find("link", "findLink", red, "veth0"))?.index;
    const [four, six] = [
      { local: "192.0.2.1", remote: "192.0.2.2" },
      { local: "2001:db8::1", remote: "2001:db8::2" },
    ];
    const keys = { iflags: KEYED, oflags: KEYED, ikey: "1.2.3.4", okey: "0.0.0.5" };
    const data: Record<string, object> = {
      ...{ gre: { ...four, ...keys, ttl: 9, tos: 4 }, gretap: { ...four, link: veth0, tos: 1, pmtudisc: 0 } },
      ...{ ipip: { ...four, ttl: 7, proto: 0 }, sit: { remote: four.remote, link: veth0, proto: 0 } },
      ip6gre: { ...six, ...keys, ttl: 9, flowinfo: 0x10 << 20, encapLimit: 4, link: veth0 },
      ip6gretap: { ...six, ttl: 64, flags: 3 },
      ip6tnl: { ...six, ttl: 0, proto: 0, encapLimit: 2 },
    };
    for (const [kind, own] of Object.entries(data)) await add({ ifname: `${kind}-1`, linkinfo: { kind, data: own } });
    await add(
      { ifname: "gnv0", linkinfo: { kind: "geneve", data: { id: 5, remote: four.remote, ttl: 3, tos: 4, df: 1 } } },
      {
        ifname: "gnv1",
        linkinfo: { kind: "geneve", data: { id: 6, remote6: six.remote, ttlInherit: 1, port: 7, tos: 1 } },
      },
    );
    await agrees("red");
  });

  it("are found by name, by another name and by index, and are gone when removed", async () => {
    await add({ ifname: "br0", index: 77, linkinfo: { kind: "bridge" } });
    await host.ip("-n red link property add dev br0 altname quite-another-name");
    const find = (which: string | number) => netlink.find("link", "findLink", red, which);
    for (const which of ["br0", "quite-another-name", 77]) {
      const link = await find(which);
      assert.deepEqual([link?.ifname, link?.index, link?.linkinfo?.kind], ["br0", 77, "bridge"]);
    }
    await netlink.done(red, request("link", "delLink", { ifname: "br0" }));
    assert.equal(await find("br0"), undefined);
    assert.equal(await find(77), undefined);
  });

  it("of one sort or of one bridge are listed by the kernel", async () => {
    await add(
      { ifname: "br0", linkinfo: { kind: "bridge" } },
      { ifname: "v0", linkinfo: { kind: "veth", data: { peer: { ifname: "v1", master: 2 } } } },
    );
    const names = async (only: object) =>
      (await netlink.find("link", "listLinks", red, only)).map(({ ifname }) => ifname);
    assert.deepEqual(await names({ linkinfo: { kind: "bridge" } }), ["br0"]);
    assert.deepEqual(await names({ linkinfo: { kind: "veth" } }), ["v1", "v0"]);
    await netlink.done(red, request("link", "setLink", { ifname: "v0", master: 2 }));
    assert.deepEqual(await names({ master: 2 }), ["v0"]);
  });

  it("that the kernel refuses have its errno, its words and the attribute, and those behind are made", async () => {
    const errors = await netlink.execute(
      red,
      request("link", "addLink", { ifname: "br0", linkinfo: { kind: "bridge" } }),
      request("link", "addLink", { ifname: "br0", linkinfo: { kind: "bridge" } }),
      request("link", "setLink", { ifname: "br0", mtu: 70000 }),
      request("link", "addLink", { ifname: "vx0", linkinfo: { kind: "vxlan", data: { id: 2 ** 24 } } }),
      request("link", "addLink", { ifname: "no0", linkinfo: { kind: "nonsense" } }),
      request("link", "addLink", { ifname: "seventeen-letters", linkinfo: { kind: "bridge" } }),
      request("link", "setLink", { ifname: "none", mtu: 1500 }),
      request("link", "addLink", { ifname: "br1", linkinfo: { kind: "bridge" } }),
    );
    const told = errors.map((error) => error && [error.code, error.said, error.attribute]);
    assert.deepEqual(told, [
      undefined,
      ["EEXIST", undefined, undefined],
      ["EINVAL", "mtu greater than device maximum", undefined],
      ["ERANGE", "VXLAN ID must be lower than 16777216", "IFLA_VXLAN_ID"],
      ["EOPNOTSUPP", "Unknown device type", undefined],
      ["ERANGE", "Attribute failed policy validation", "IFLA_IFNAME"],
      ["ENODEV", undefined, undefined],
      undefined,
    ]);
  });

  it("are made by the hundred in one go, in which the event loop is heard", async () => {
    const links = Array.from({ length: 500 }, (_, index) => ({ ifname: `br${index}`, linkinfo: { kind: "bridge" } }));
    await add(...links);
    assert.equal((await netlink.find("link", "listLinks", red)).length, 501);
    assert.ok((await netlink.find("sequences", "longestPause", red)) < 200);
    await agrees("red");
  });

  it("are heard of, also when there was no room for all that was said", async () => {
    assert.deepEqual(await netlink.find("sequences", "notifiedOf", red, 1, "br0"), [false, true, false]);
    // A device that is down says nothing of its alias.
    await host.ip("-n red link set dev lo up");
    assert.deepEqual(await netlink.find("sequences", "overrun", red, 1), [true, false]);
  });
});
