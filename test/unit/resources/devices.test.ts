import assert from "node:assert/strict";
import { parse } from "../../../provider/core/check";
import type { Json } from "../../../provider/core/values";
import { kindNamed, stateFor } from "../../support/inputs/states";
import { FakeHost, kernelOn } from "../../support/provider/fakeHost";
import { fakeLink } from "../../support/provider/fakeNetlink";
import { lines } from "./lines";

/** IFF_… of linux/if.h. */
const [UP, BROADCAST] = [1, 2];
const MARK = "pulumi:lab/dev/it0:0123";
const GROUP = "15495177";

/** What the kernel shows of each, without what is of no interest here. */
const SHOWN: Record<string, object> = {
  Dummy: { flags: BROADCAST, linkinfo: { kind: "dummy" } },
  Macvlan: { link: 2, linkinfo: { kind: "macvlan", data: { mode: 4 } } },
  Ifb: { flags: BROADCAST, linkinfo: { kind: "ifb" } },
  Macvtap: { link: 2, linkinfo: { kind: "macvtap", data: { mode: 1 } } },
  Ipvlan: { link: 2, linkinfo: { kind: "ipvlan", data: { mode: 2, flags: 1 } } },
  Vlan: { link: 2, linkinfo: { kind: "vlan", data: { protocol: 0x88a8, id: 5 } } },
  Bond: {
    linkinfo: {
      kind: "bond",
      data: {
        mode: 1,
        miimon: 100,
        updelay: 0,
        downdelay: 200,
        xmitHashPolicy: 0,
        minLinks: 0,
        adLacpRate: 0,
        adSelect: 0,
        primary: 2,
      },
    },
  },
  Vrf: { linkinfo: { kind: "vrf", data: { table: 10 } } },
  Vxlan: {
    linkinfo: {
      kind: "vxlan",
      data: { id: 100, group6: "ff05::1", local6: "2001:db8::1", link: 2, port: 4790, learning: 1, ttl: 0 },
    },
  },
  Geneve: { linkinfo: { kind: "geneve", data: { id: 7, remote6: "2001:db8::2", ttl: 9, tos: 1, df: 2, port: 6082 } } },
  Tunnel: {
    linkinfo: {
      kind: "gretap",
      data: {
        local: "10.0.0.1",
        remote: "0.0.0.0",
        link: 2,
        ttl: 0,
        tos: 16,
        pmtudisc: 0,
        oflags: 0x2000,
        okey: "0.0.1.0",
      },
    },
  },
  Tap: { linkinfo: { kind: "tun", data: { type: 2, pi: 0, multiQueue: 1, persist: 1, owner: 0, group: 5 } } },
};
const LINK = {
  ...{ index: 6, ifname: "it0", flags: BROADCAST | UP, mtu: 1400, operstate: 6 },
  ...{ group: 0, address: "02:00:00:00:00:07", ifalias: MARK },
};
const SEEN: Record<string, Json> = {
  Dummy: { up: false },
  Macvlan: { parent: "eth0", mode: "bridge" },
  Ifb: { up: false },
  Macvtap: { parent: "eth0", mode: "private", tapDevice: "/dev/tap6" },
  Ipvlan: { parent: "eth0", mode: "l3s", flag: "private" },
  Vlan: { parent: "eth0", vid: 5, protocol: "802.1ad" },
  Bond: {
    ...{ mode: "active-backup", miimon: 100, updelay: 0, downdelay: 200, primary: "eth0", xmitHashPolicy: "layer2" },
    ...{ lacpRate: "slow", adSelect: "stable", minLinks: 0 },
  },
  Vrf: { table: 10 },
  Vxlan: {
    vni: 100,
    group: "ff05::1",
    local: "2001:db8::1",
    device: "eth0",
    port: 4790,
    ttl: 0,
    learning: true,
    fdb: [],
  },
  Geneve: { vni: 7, remote: "2001:db8::2", ttl: 9, tos: "inherit", df: "inherit", port: 6082 },
  Tunnel: { mode: "gretap", local: "10.0.0.1", device: "eth0", ttl: "inherit", tos: 16, pmtudisc: false, okey: 256 },
  Tap: { mode: "tap", user: "root", group: "5", multiQueue: true },
};
const where = { namespace: "net0", name: "it0" };

/** A host that shows these links besides `eth0` in `net0`. */
function hostWith(...links: object[]): FakeHost {
  const host = new FakeHost();
  const netns = host.netlink.add("/run/netns/net0");
  for (const link of [{ index: 2, ifname: "eth0" }, ...links]) netns.links.push(fakeLink(link));
  host.files.set("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/:/bin/sh\n");
  return host;
}

for (const [type, row] of Object.entries(SHOWN)) {
  const kind = kindNamed(type);
  const observed = (links: object[], mark?: string) => kind.observe(kernelOn(hostWith(...links)), where, mark);

  describe(`what the kernel shows of a ${type}`, () => {
    const link = { ...LINK, ...row };

    it("is its state, which its outputs describe", async () => {
      const seen = await observed([link]);
      const state = { ...where, mac: LINK.address, mtu: 1400, up: true, ifindex: 6, ...SEEN[type] };
      assert.deepEqual(seen?.state, state);
      assert.equal(seen?.mark, MARK);
      assert.deepEqual(kind.outputs.parse(state), state);
    });

    it("is nothing, or another thing, in its place", async () => {
      assert.equal(await observed([{ ...link, ifname: "other" }]), undefined);
      const what = `a device net0/it0 that is no ${type === "Tap" ? "tun" : type.toLowerCase()}`;
      assert.deepEqual(await observed([{ ...LINK, linkinfo: { kind: "bareudp" } }]), {
        what,
        device: { name: "it0", namespace: "net0" },
      });
    });

    it("is looked for by its mark where it is not in its place", async () => {
      const seen = await observed(
        [
          { ...LINK, index: 5, ifalias: "foreign" },
          { ...link, ifname: "it7" },
        ],
        MARK,
      );
      assert.equal(seen?.state?.name, "it7");
    });
  });
}

describe("the plan of a device on its own", () => {
  const add = (words: string) => `[net0] ip link add name it0 group ${GROUP} ${words}`;
  const mark = `[net0] ip link set dev it0 alias ${MARK} group 0 up`;
  const vxlan = "type vxlan id 7";
  const makes: [type: string, props: Json, expected: string[]][] = [
    ["Dummy", {}, [add("type dummy")]],
    ["Dummy", { mac: "02:00:00:00:00:0A", mtu: 1400 }, [add("address 02:00:00:00:00:0a mtu 1400 type dummy")]],
    ["Macvlan", { parent: "eth0" }, [add("link eth0 type macvlan")]],
    ["Macvlan", { parent: "eth0", mode: "passthru" }, [add("link eth0 type macvlan mode passthru")]],
    ["Ifb", {}, [add("type ifb")]],
    ["Macvtap", { parent: "eth0", mode: "bridge" }, [add("link eth0 type macvtap mode bridge")]],
    ["Ipvlan", { parent: "eth0" }, [add("link eth0 type ipvlan mode l3 bridge")]],
    ["Ipvlan", { parent: "eth0", mode: "l2", flag: "vepa" }, [add("link eth0 type ipvlan mode l2 vepa")]],
    ["Vlan", { parent: "eth0", vid: 5 }, [add("link eth0 type vlan id 5")]],
    ["Vlan", { parent: "eth0", vid: 5, protocol: "802.1ad" }, [add("link eth0 type vlan protocol 802.1ad id 5")]],
    [
      "Bond",
      { mac: "02:00:00:00:00:0a", mode: "active-backup", miimon: 100, primary: "eth0" },
      [add("address 02:00:00:00:00:0a type bond mode active-backup miimon 100 primary eth0")],
    ],
    ["Vrf", { table: 10 }, [add("type vrf table 10")]],
    ["Vxlan", { vni: 7 }, [add(`${vxlan} dstport 4789`)]],
    [
      "Vxlan",
      { vni: 7, local: "10.0.0.1", group: "239.1.1.1", device: "eth0", port: 1, ttl: 3, learning: false },
      [add(`${vxlan} local 10.0.0.1 group 239.1.1.1 dev eth0 dstport 1 ttl 3 nolearning`)],
    ],
    [
      "Vxlan",
      { vni: 7, device: "eth0", underlay: "net1" },
      [`[net1] ip link add name it0 netns /run/netns/net0 group ${GROUP} ${vxlan} dev eth0 dstport 4789`],
    ],
    [
      "Vxlan",
      { vni: 7, underlay: "." },
      [`ip link add name it0 netns /run/netns/net0 group ${GROUP} ${vxlan} dstport 4789`],
    ],
    [
      "Tunnel",
      { mode: "gre", local: "10.0.0.1", remote: "10.0.0.2", device: "eth0", ttl: "inherit", tos: 16, key: "0.0.0.7" },
      [add("type gre local 10.0.0.1 remote 10.0.0.2 dev eth0 ttl inherit tos 0x10 key 7")],
    ],
    ["Tunnel", { mode: "ipip", remote: "10.0.0.2", pmtudisc: false }, [add("type ipip remote 10.0.0.2 nopmtudisc")]],
    [
      "Tunnel",
      { mode: "ip6gretap", remote: "2001:DB8::2", ikey: 1, okey: 2, encapLimit: "none", mac: "02:00:00:00:00:0A" },
      [add("address 02:00:00:00:00:0a type ip6gretap remote 2001:db8::2 ikey 1 okey 2 encaplimit none")],
    ],
    ["Geneve", { vni: 7, remote: "10.0.0.2" }, [add("type geneve id 7 remote 10.0.0.2")]],
    [
      "Geneve",
      { vni: 7, remote: "10.0.0.2", port: 1, ttl: "inherit", tos: 4, df: "set" },
      [add("type geneve id 7 remote 10.0.0.2 ttl inherit tos 0x4 df set dstport 1")],
    ],
  ];
  for (const [type, props, expected] of makes) {
    it(`makes a ${type} of ${JSON.stringify(props)}, marks it, and sets it up`, () => {
      const { parsed, faults } = parse(kindNamed(type).inputs, { namespace: "net0", name: "it0", ...props });
      assert.deepEqual(faults, []);
      assert.deepEqual(lines(kindNamed(type).plan(parsed, undefined, MARK)), [...expected, mark]);
    });
  }

  it("changes the mode and the flag of an ipvlan where it is", () => {
    const kind = kindNamed("Ipvlan");
    const inputs = (more: Json) =>
      parse(kind.inputs, { namespace: "net0", name: "it0", parent: "eth0", ...more }).parsed;
    assert.deepEqual(lines(kind.plan(inputs({ mode: "l2", flag: "vepa" }), stateFor(kind, inputs({})), MARK)), [
      "[net0] ip link set dev it0 type ipvlan mode l2",
      "[net0] ip link set dev it0 type ipvlan vepa",
    ]);
  });

  it("changes of a VXLAN what differs, and removes an entry before it adds the next", () => {
    const kind = kindNamed("Vxlan");
    const inputs = (more: Json) => parse(kind.inputs, { namespace: "net0", name: "it0", vni: 7, ...more }).parsed;
    const entry = (last: string, destination: string) => ({ mac: `02:00:00:00:00:0${last}`, destination });
    const want = inputs({ ttl: 5, learning: false, fdb: [entry("b", "10.0.0.9"), entry("a", "10.0.0.1")] });
    const have = stateFor(kind, inputs({ fdb: [entry("a", "10.0.0.1"), entry("b", "10.0.0.2")] }));
    assert.deepEqual(lines(kind.plan(want, have, MARK)), [
      "[net0] ip link set dev it0 type vxlan id 7 ttl 5",
      "[net0] ip link set dev it0 type vxlan id 7 nolearning",
      "[net0] bridge fdb del 02:00:00:00:00:0b dev it0 dst 10.0.0.2",
      "[net0] bridge fdb append 02:00:00:00:00:0b dev it0 dst 10.0.0.9",
    ]);
  });
});

describe("a tunnel", () => {
  const kind = kindNamed("Tunnel");
  const inputs = (more: Json) => parse(kind.inputs, { namespace: "net0", name: "it0", mode: "gre", ...more }).parsed;

  it("is told all of itself with each change, and keeps its mtu", () => {
    const have = stateFor(kind, inputs({ remote: "10.0.0.2", key: 7, mtu: 1400 }));
    const set = "[net0] ip link set dev it0";
    assert.deepEqual(lines(kind.plan(inputs({ remote: "10.0.0.3", ttl: 5, mtu: 1400 }), have as never, MARK)), [
      `${set} type gre local any remote 10.0.0.3 ttl 5 tos 0x0 noikey nookey pmtudisc`,
      `${set} mtu 1400`,
    ]);
    assert.deepEqual(kind.plan(inputs({ remote: "10.0.0.2", key: 7 }), have as never, MARK), []);
  });

  it("is of the kernel alone where a module has brought it, whatever state that is in", async () => {
    const gre0 = { index: 9, ifname: "gre0", flags: 0, linkinfo: { kind: "gre", data: { local: "0.0.0.0", ttl: 0 } } };
    const mine = { ...gre0, index: 10, ifname: "gre1" };
    assert.deepEqual(await kind.list(kernelOn(hostWith(gre0, mine)), { namespace: "net0" }), ["net0/gre1"]);
    const seen = await kind.observe(kernelOn(hostWith(gre0)), { namespace: "net0", name: "gre0" });
    assert.match(seen?.ofKernel ?? "", /together with its module/);
  });

  it("has its keys one by one where the program gives them so", async () => {
    const data = { remote: "10.0.0.2", iflags: 0x2000, oflags: 0x2000, ikey: "0.0.0.7", okey: "0.0.0.7" };
    const host = () => kernelOn(hostWith({ ...LINK, linkinfo: { kind: "gre", data } }));
    for (const given of [{ key: 7 }, { ikey: 7, okey: 7 }]) {
      const { key, ikey, okey } = (await kind.observe(host(), kind.where(inputs(given))))?.state ?? {};
      assert.deepEqual({ key, ikey, okey }, { key: undefined, ikey: undefined, okey: undefined, ...given });
    }
  });
});

describe("a TAP device", () => {
  const kind = kindNamed("Tap");
  const inputs = (more: Json) => parse(kind.inputs, { namespace: "net0", name: "it0", ...more }).parsed;
  it("is made with its mark in one step, then set as it is to be", () => {
    const want = { mac: "02:00:00:00:00:0A", mtu: 1400, user: 7, group: "kvm", multiQueue: true };
    const [first, ...rest] = kind.plan(inputs(want), undefined, MARK);
    assert.deepEqual(lines(first ? [first] : []), [
      "[net0] ip tuntap add dev it0 mode tap user 7 group kvm multi_queue",
    ]);
    assert.equal(first?.alias, MARK);
    assert.deepEqual(lines(rest), [
      "[net0] ip link set dev it0 address 02:00:00:00:00:0a",
      "[net0] ip link set dev it0 mtu 1400",
      "[net0] ip link set dev it0 up",
    ]);
    const plain = lines(kind.plan(inputs({ mode: "tun", up: false, multiQueue: false }), undefined, MARK));
    assert.deepEqual(plain, ["[net0] ip tuntap add dev it0 mode tun"]);
  });

  it("is made of what its words mean, its owners by number", async () => {
    const host = hostWith();
    const [first] = kind.plan(inputs({ user: "root", group: 7, multiQueue: true }), undefined, MARK);
    await kernelOn(host).execute(first ? [first] : [], "it0");
    const tuntap = { name: "it0", mode: "tap", owner: 0, group: 7, multiQueue: true };
    assert.deepEqual(host.netlink.changes, [{ netns: "/run/netns/net0", tuntap, alias: MARK }]);
  });

  it("is not made for an owner whom this host does not have", async () => {
    for (const sort of ["user", "group"]) {
      const host = hostWith();
      const [first] = kind.plan(inputs({ [sort]: "nobody-here" }), undefined, MARK);
      await assert.rejects(kernelOn(host).execute(first ? [first] : [], "it0"), {
        kind: "user",
        message: [
          "it0: could not make the device",
          `  this host has no ${sort} nobody-here`,
          "  Name one that this host has (`getent passwd`, `getent group`), or give its number.",
        ].join("\n"),
      });
      assert.deepEqual(host.netlink.changes, []);
    }
  });

  const owners: [given: string | number | undefined, shown: number, state: string][] = [
    ["root", 0, "root"],
    [0, 0, "0"],
    ["ann", 1000, "ann"],
    ["007", 7, "7"],
    [1000, 0, "root"],
    ["bob", 1000, "ann"],
    [undefined, 1000, "ann"],
  ];
  for (const [given, owner, state] of owners) {
    it(`is ${state}'s where the program says ${given} and the kernel shows ${owner}`, async () => {
      const host = hostWith({ ...LINK, linkinfo: { kind: "tun", data: { type: 2, owner } } });
      const seen = await kind.observe(kernelOn(host), kind.where(inputs(given === undefined ? {} : { user: given })));
      assert.equal(seen?.state?.user, state);
    });
  }

  it("has no MAC address where it is a tun", async () => {
    const { address: _, ...link } = LINK;
    const host = hostWith({ ...link, linkinfo: { kind: "tun", data: { type: 1 } } });
    const state = (await kind.observe(kernelOn(host), where))?.state;
    const own = { mode: "tun", multiQueue: false };
    assert.deepEqual(state, { namespace: "net0", name: "it0", mtu: 1400, up: true, ifindex: 6, ...own });
  });
});
