import assert from "node:assert/strict";
import { parse } from "../../../provider/core/check";
import type { Json } from "../../../provider/core/values";
import type { Kind } from "../../../provider/resources/kind";
import { kindNamed, stateFor } from "../../support/inputs/states";
import { lines } from "./lines";

const MARK = "pulumi:lab/dev/net0:0123";

describe("the plan of a namespace", () => {
  const kind = kindNamed("Namespace");
  const make = "ip netns add net0";
  const cases: [what: string, want: Json, have: Json | undefined, lines: string[]][] = [
    ["makes it marked, then sets lo up", {}, undefined, [make, "[net0] ip link set dev lo up"]],
    ["makes it and leaves lo down", { loopbackUp: false }, undefined, [make]],
    ["sets lo up", {}, { loopbackUp: false }, ["[net0] ip link set dev lo up"]],
    ["sets lo down", { loopbackUp: false }, {}, ["[net0] ip link set dev lo down"]],
    ["does nothing", {}, {}, []],
  ];
  planned(kind, { name: "net0" }, cases);
  removed(kind, { name: "net0" }, {}, ["ip netns del net0"]);

  it("makes it with its mark in one step", () => {
    const [step] = kind.plan({ name: "net0", loopbackUp: true }, undefined, MARK);
    assert.deepEqual([step?.makes, step?.alias], ["net0", MARK]);
  });
});

describe("the plan of a bridge", () => {
  const kind = kindNamed("Bridge");
  it("has another MAC address than a bridge beside it, which has the same mark in a topology", () => {
    const macs = ["br0", "br1"].map((name) => kind.plan({ name, up: true }, undefined, MARK)[0]?.argv[8]);
    assert.match(macs.join(" "), /^02:[0-9a-f:]{14} 02:[0-9a-f:]{14}$/);
    assert.notEqual(macs[0], macs[1]);
  });
  const base = { namespace: "net0", name: "br0" };
  const make = "[net0] ip link add name br0 group 106154912 address 02:82:75:ff:04:dd type bridge";
  const mark = `[net0] ip link set dev br0 alias ${MARK} group 0`;
  const set = (words: string) => `[net0] ip link set dev br0 ${words}`;
  const vlan = (words: string) => `[net0] bridge vlan ${words} self`;
  planned(kind, base, [
    ["makes it with a MAC address of its own, marks it, and sets it up", {}, undefined, [make, `${mark} up`]],
    ["leaves it down", { up: false }, undefined, [make, mark]],
    [
      "makes it with all that the program says at once",
      { mac: "02:00:00:00:00:0A", mtu: 1400, stp: true, forwardDelay: 400, priority: 1, mcastSnooping: false },
      undefined,
      [
        `${make.replace(/address \S+/, "address 02:00:00:00:00:0a")} forward_delay 400 priority 1 mcast_snooping 0 stp_state 1`,
        // By itself, so that it does not give way to that of a port.
        "[net0] ip link set dev br0 mtu 1400",
        `${mark} up`,
      ],
    ],
    [
      "sets the MTU that it has by itself by way of another, for only what was changed does not give way to a port's",
      { mtu: 1500 },
      undefined,
      [make, set("mtu 1499"), set("mtu 1500"), `${mark} up`],
    ],
    [
      "does not name what a kernel may lack and a new bridge has off",
      { vlanFiltering: false },
      undefined,
      [make, `${mark} up`],
    ],
    [
      "takes it out of all other VLANs, for it is not known what there is",
      {
        vlanFiltering: true,
        defaultPvid: 0,
        vlans: [{ vid: 20 }, { vid: 10, untagged: true, pvid: true }, { vid: 21 }],
      },
      undefined,
      [
        `${make} vlan_filtering 1 vlan_default_pvid 0`,
        `${mark} up`,
        vlan("del vid 1-4094 dev br0"),
        vlan("add vid 10 dev br0 pvid untagged"),
        vlan("add vid 20-21 dev br0"),
      ],
    ],
    [
      "changes only what differs",
      { mtu: 1400, priority: 1 },
      { mtu: 1400, priority: 2 },
      [set("type bridge priority 1")],
    ],
    [
      "turns the spanning tree on last",
      { stp: true, forwardDelay: 200 },
      { forwardDelay: 0 },
      [set("type bridge forward_delay 200"), set("type bridge stp_state 1")],
    ],
    [
      "turns the spanning tree off first",
      { stp: false, forwardDelay: 0 },
      { stp: true, forwardDelay: 200 },
      [set("type bridge stp_state 0"), set("type bridge forward_delay 0")],
    ],
    [
      "changes only the VLANs that differ",
      { vlans: [{ vid: 10 }, { vid: 20, vidEnd: 29 }, { vid: 30, pvid: true }] },
      { vlans: [{ vid: 10, untagged: true }, { vid: 25, vidEnd: 30 }, { vid: 40 }] },
      [
        vlan("del vid 40 dev br0"),
        vlan("add vid 10 dev br0"),
        vlan("add vid 20-24 dev br0"),
        vlan("add vid 30 dev br0 pvid"),
      ],
    ],
    [
      "sets them all where the kernel changes some with the default",
      { defaultPvid: 2, vlans: [{ vid: 10 }] },
      { vlans: [{ vid: 10 }] },
      [
        set("type bridge vlan_filtering 0 vlan_default_pvid 2"),
        vlan("del vid 1-4094 dev br0"),
        vlan("add vid 10 dev br0"),
      ],
    ],
    ["does nothing", {}, { stp: true, vlans: [{ vid: 9 }] }, []],
  ]);
  removed(kind, base, {}, ["[net0] ip link del dev br0"]);
});

describe("the plan of a bridge port", () => {
  const kind = kindNamed("BridgePort");
  const base = { namespace: "net0", bridge: "br0", device: "veth0" };
  const set = (words: string) => `[net0] ip link set dev veth0 ${words}`;
  planned(kind, base, [
    ["makes the device a port", {}, undefined, [set("master br0")]],
    [
      "makes it a port with all that the program says",
      { cost: 5, hairpin: true, rootBlock: true, vlans: [{ vid: 10 }] },
      undefined,
      [
        set("master br0"),
        set("type bridge_slave cost 5"),
        set("type bridge_slave hairpin on"),
        set("type bridge_slave root_block on"),
        "[net0] bridge vlan del vid 1-4094 dev veth0",
        "[net0] bridge vlan add vid 10 dev veth0",
      ],
    ],
    [
      "changes only what differs",
      { cost: 5, flood: false, learning: true, vlans: [{ vid: 10 }, { vid: 11 }] },
      { cost: 5, learning: false, vlans: [{ vid: 9 }, { vid: 10 }] },
      [
        set("type bridge_slave learning on"),
        set("type bridge_slave flood off"),
        "[net0] bridge vlan del vid 9 dev veth0",
        "[net0] bridge vlan add vid 11 dev veth0",
      ],
    ],
    ["does nothing", {}, { cost: 7, vlans: [{ vid: 9 }] }, []],
  ]);
  removed(kind, base, {}, [set("nomaster")]);
});

describe("the plan of an address", () => {
  const kind = kindNamed("Address");
  const base = { namespace: "net0", device: "veth0", address: "10.0.1.1/24" };
  planned(kind, base, [
    ["adds it", {}, undefined, ["[net0] ip addr add 10.0.1.1/24 dev veth0"]],
    [
      "adds it with all that IPv4 has",
      { peer: "10.0.2.1", broadcast: "10.0.1.255", label: "veth0:1", scope: "link" },
      undefined,
      ["[net0] ip addr add 10.0.1.1 peer 10.0.2.1/24 dev veth0 broadcast 10.0.1.255 label veth0:1 scope link"],
    ],
    [
      "adds an IPv6 address in canonical form",
      { address: "2001:DB8:0::1/64" },
      undefined,
      ["[net0] ip addr add 2001:db8::1/64 dev veth0"],
    ],
    [
      "adds an IPv6 address without detection",
      { address: "2001:db8::1/64", noDad: true },
      undefined,
      ["[net0] ip addr add 2001:db8::1/64 dev veth0 nodad"],
    ],
    [
      "adds an IPv6 address with detection when asked for it",
      { address: "2001:db8::1/64", noDad: false },
      undefined,
      ["[net0] ip addr add 2001:db8::1/64 dev veth0"],
    ],
    ["does nothing", {}, {}, []],
  ]);
  removed(kind, base, {}, ["[net0] ip addr del 10.0.1.1/24 dev veth0"]);
  removed(kind, { ...base, peer: "10.0.2.1" }, {}, ["[net0] ip addr del 10.0.1.1 peer 10.0.2.1/24 dev veth0"]);
  removed(kind, { ...base, device: "eth0.100" }, { takesOthersAlong: true }, [
    "[net0] (net/ipv4/conf/eth0.100/promote_secondaries=1) ip addr del 10.0.1.1/24 dev eth0.100",
  ]);
});

describe("the plan of a sysctl", () => {
  const kind = kindNamed("Sysctl");
  const base = { namespace: "net0", key: "net.ipv4.ip_forward", value: 1 };
  const set = (value: string) => `[net0] sysctl -w net/ipv4/ip_forward=${value}`;
  planned(kind, base, [
    ["sets it where nothing is known", {}, undefined, [set("1")]],
    ["sets it where another value is", {}, { value: 0 }, [set("1")]],
    ["does nothing where the value is", {}, { value: " 1 " }, []],
    ["does nothing for what the kernel does not know", { restoreOnDelete: false }, {}, []],
    [
      "keeps the dot in the name of a device",
      { key: "net.ipv4.conf.eth0/100.rp_filter" },
      undefined,
      ["[net0] sysctl -w net/ipv4/conf/eth0.100/rp_filter=1"],
    ],
    [
      "sets several numbers with one blank between them",
      { key: "net.ipv4.tcp_rmem", value: "1\t2   3" },
      undefined,
      ["[net0] sysctl -w net/ipv4/tcp_rmem=1 2 3"],
    ],
  ]);
  removed(kind, base, {}, [set("0")]);
  removed(kind, { ...base, restoreOnDelete: false }, {}, []);
  removed(kind, { ...base, value: 0 }, {}, []);
});

describe("the plan of a firewall", () => {
  const kind = kindNamed("Firewall");
  const inputs = { namespace: "net0", name: "fw", family: "inet", rules: "\nchain a { accept; } # all\n" };
  const load = { netns: "net0", argv: ["nft", "-f", "-"], property: ["rules"] };
  const table = "table inet fw {\nchain a { accept; } \n\n}\n";

  it("makes a table with the mark, which must not be there yet, and fills it", () => {
    const stdin = `create table inet fw { comment "${MARK}"; }; ${table}`;
    assert.deepEqual(kind.plan(inputs, undefined, MARK), [{ ...load, stdin, what: "make the table" }]);
  });

  it("puts other rules in the place of those that are there, in one go, under the comment that the table has", () => {
    const have = { ...inputs, rules: "chain b {\n}", ruleset: "chain b {\n}" };
    const what = "put the new rules in the place of the old";
    for (const [comment, block] of [
      ["mine", ' { comment "mine"; }'],
      [undefined, ""],
    ]) {
      const stdin = `delete table inet fw; create table inet fw${block}; ${table}`;
      const seen = { ...have, ...(comment !== undefined && { comment }) };
      assert.deepEqual(kind.plan(inputs, seen, MARK), [{ ...load, stdin, what }]);
    }
    assert.deepEqual(kind.plan(inputs, { ...have, rules: inputs.rules }, MARK), []);
  });

  removed(kind, inputs, {}, ["[net0] nft delete table inet fw"]);
});

describe("the plan of an OVS bridge", () => {
  const kind = kindNamed("OvsBridge");
  const base = { namespace: "net0", name: "br0", database: "unix:/s" };
  const ovs = (words: string) => `[net0] ovs-vsctl --db=unix:/s --timeout=10 -- ${words}`;
  const make = (set = "", mac = "02:82:75:ff:04:dd") =>
    ovs(
      `add-br br0 -- set Bridge br0 external_ids:pulumi="${MARK}"${set} -- set Bridge br0 other_config:"hwaddr"="${mac}"`,
    );
  const mark = `[net0] ip link set dev br0 alias ${MARK}`;
  planned(kind, base, [
    ["makes it marked in one transaction, and sets its device up", {}, undefined, [make(), `${mark} up`]],
    [
      "makes it with all that the program says",
      { datapathType: "netdev", failMode: "secure", stp: true, mac: "02:00:00:00:00:0A", mtu: 1400, up: false },
      undefined,
      [
        `${make(" datapath_type=netdev fail_mode=secure stp_enable=true", "02:00:00:00:00:0a")} -- set Interface br0 mtu_request=1400`,
        mark,
      ],
    ],
    [
      "changes what differs in one transaction",
      { failMode: "standalone", otherConfig: { a: "1", b: "2" }, mac: "02:00:00:00:00:0b", mtu: 1300, up: false },
      { failMode: "secure", otherConfig: { a: "1", b: "3", c: "4" } },
      [
        ovs(
          'set Bridge br0 fail_mode=standalone -- set Bridge br0 other_config:"b"="2" -- ' +
            'set Bridge br0 other_config:"hwaddr"="02:00:00:00:00:0b" -- set Interface br0 mtu_request=1300',
        ),
        "[net0] ip link set dev br0 down",
      ],
    ],
    ["does nothing", {}, { stp: true, otherConfig: { a: "1" } }, []],
  ]);
  removed(kind, base, {}, [ovs("del-br br0")]);
});

describe("the plan of an OVS port", () => {
  const kind = kindNamed("OvsPort");
  const base = { bridge: "br0", name: "p0" };
  const ovs = (words: string) => `ovs-vsctl --timeout=10 -- ${words}`;
  const add = (set = "") => `add-port br0 p0 -- set Port p0 external_ids:pulumi="${MARK}"${set}`;
  planned(kind, base, [
    ["adds the device, marked", {}, undefined, [ovs(add())]],
    [
      "adds it with VLANs",
      { tag: 5, trunks: [9, 7], vlanMode: "native-tagged" },
      undefined,
      [ovs(add(" tag=5 trunks=7,9 vlan_mode=native-tagged"))],
    ],
    [
      "names no mode that Open vSwitch takes by itself",
      { tag: 5, vlanMode: "access" },
      undefined,
      [ovs(add(" tag=5"))],
    ],
    [
      "makes a device of the host, and sets it up",
      { type: "internal", mac: "02:00:00:00:00:0a", mtu: 1400 },
      undefined,
      [
        ovs(
          `${add()} -- set Interface p0 type=internal -- set Interface p0 mac="02:00:00:00:00:0a" -- set Interface p0 mtu_request=1400`,
        ),
        `ip link set dev p0 alias ${MARK} up`,
      ],
    ],
    [
      "makes a tunnel",
      { type: "vxlan", options: { remote_ip: "10.0.0.2" } },
      undefined,
      [ovs(`${add()} -- set Interface p0 type=vxlan -- set Interface p0 options:"remote_ip"="10.0.0.2"`)],
    ],
    [
      "clears VLANs and changes options in one transaction",
      { tag: 0, trunks: [], options: { a: "2" } },
      { tag: 5, trunks: [6], options: { a: "1" } },
      [
        ovs(
          "clear Port p0 tag -- clear Port p0 trunks -- clear Port p0 vlan_mode -- " +
            'set Interface p0 options:"a"="2"',
        ),
      ],
    ],
    [
      "changes the mode",
      { tag: 5, vlanMode: "dot1q-tunnel" },
      { tag: 5, vlanMode: "native-tagged" },
      [ovs("set Port p0 tag=5 -- set Port p0 vlan_mode=dot1q-tunnel")],
    ],
    [
      "clears one that is Open vSwitch's own by now",
      { tag: 5, vlanMode: "access" },
      { vlanMode: "access" },
      [ovs("set Port p0 tag=5 -- clear Port p0 vlan_mode")],
    ],
    [
      "names one that is Open vSwitch's own no more",
      { tag: 0, vlanMode: "access" },
      { tag: 5, vlanMode: "access" },
      [ovs("clear Port p0 tag -- set Port p0 vlan_mode=access")],
    ],
    [
      "leaves one alone that somebody else has given",
      { tag: 6 },
      { tag: 5, vlanMode: "native-tagged" },
      [ovs("set Port p0 tag=6")],
    ],
    [
      "but not one that makes nothing of what the program says",
      { trunks: [6] },
      { tag: 5, vlanMode: "access" },
      [ovs("set Port p0 trunks=6 -- set Port p0 vlan_mode=trunk")],
    ],
    ["does nothing", {}, { tag: 5, trunks: [6], vlanMode: "native-tagged", options: { a: "1" } }, []],
  ]);
  removed(kind, base, {}, [ovs("del-port p0")]);
});

function planned(kind: Kind, base: Json, cases: [string, Json, Json | undefined, string[]][]): void {
  const inputs = (more: Json) => {
    const { parsed, faults } = parse(kind.inputs, { ...base, ...more });
    assert.deepEqual(faults, []);
    return parsed;
  };
  for (const [what, want, have, expected] of cases) {
    it(what, () => {
      const seen = have && stateFor(kind, inputs(have));
      assert.deepEqual(lines(kind.plan(inputs(want), seen, MARK)), expected);
    });
  }
}

function removed(kind: Kind, values: Json, seen: Json, expected: string[]): void {
  it(`takes ${JSON.stringify(values)} away${seen.takesOthersAlong ? " and nothing along with it" : ""}`, () => {
    const state = stateFor(kind, parse(kind.inputs, values).parsed);
    assert.deepEqual(lines(kind.remove(state, { state, what: "", ...seen })), expected);
  });
}
