import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import { findingsOf } from "../../../provider/model/findings";
import { reach } from "../../../provider/model/reach/reach";
import { checkedLab } from "../../support/inputs/topologyInputs";
import { graphOfLab } from "../../support/model/modelOf";
import { labOf, wrongIn } from "./labOf";

/** Two switches with two VLANs of both, and a router that has all of them by one cable. */
const office = (more: Json = {}) => ({
  hosts: { r: { forwarding: true } },
  switches: {
    s1: { hosts: ["admin"], vlans: { 10: { hosts: ["a"], subnet: "10.0.10.0/24" }, 20: { hosts: ["c"] } }, ...more },
    s2: { vlans: { 10: { hosts: ["b"] } }, ...more },
  },
  links: [{ between: ["s1", "s2"] }, { between: ["r:eth0", "s1"], vlans: [1, 20, 10] }],
});

describe("the VLANs of a lab's switches", () => {
  it("are networks of their own, of all switches that are joined, with a router that a trunk leads to", () => {
    const { topology, networks, hosts } = labOf(office());
    assert.deepEqual(Object.keys(networks), ["s1", "s1:10", "s1:20"]);
    assert.equal(networks["s1:10"]?.subnet, "10.0.10.0/24");
    assert.deepEqual(
      hosts.r?.devices.map(({ name, network }) => `${name} ${network}`),
      ["eth0 s1", "eth0.10 s1:10", "eth0.20 s1:20"],
    );
    assert.deepEqual(
      hosts.b?.devices.map(({ name, network }) => `${name} ${network}`),
      ["s2 s1:10"],
    );
    assert.deepEqual(topology.vlans, [
      { namespace: "r", name: "eth0.10", parent: "eth0", vid: 10 },
      { namespace: "r", name: "eth0.20", parent: "eth0", vid: 20 },
    ]);
    assert.ok(topology.bridges.every(({ vlanFiltering }) => vlanFiltering === true));
    const own = (vid: number) => ({ vid, pvid: true, untagged: true });
    const trunk = [own(1), { vid: 10 }, { vid: 20 }];
    assert.deepEqual(
      topology.bridgePorts.map(({ namespace, device, vlans }) => [namespace, device, vlans]),
      [
        ["s1", "admin", undefined],
        ["s1", "a", [own(10)]],
        ["s1", "c", [own(20)]],
        ["s2", "b", [own(10)]],
        ["s1", "s2", trunk],
        ["s2", "s1", trunk],
        ["s1", "r", trunk],
      ],
    );
  });

  it("are what packets keep to, on bridges of Linux and of Open vSwitch", () => {
    for (const more of [{}, { openvswitch: true }]) {
      const { topology, hosts } = labOf(office(more));
      const graph = graphOfLab(checkedLab(topology));
      assert.deepEqual(findingsOf(graph), []);
      assert.deepEqual(
        reach(graph, "a", "b")
          .there.map(({ host }) => host)
          .includes("r"),
        false,
      );
      for (const [from, to] of [
        ["a", "b"],
        ["b", "c"],
        ["admin", "a"],
      ] as const)
        assert.equal(reach(graph, from, hosts[to]?.ipv4 ?? "", { target: to }).reaches, true, `${from} ${to}`);
      const without = labOf({ ...office(more), links: [{ between: ["s1", "s2"], vlans: [20] }] });
      const apart = graphOfLab(checkedLab(without.topology));
      assert.deepEqual(Object.keys(without.networks), ["s1", "s1:10", "s2:10", "s1:20"]);
      assert.notEqual(reach(apart, "a", without.hosts.b?.ipv4 ?? "", { target: "b" }).reaches, true);
    }
  });

  it("are of ports of Open vSwitch in its words", () => {
    const { topology } = labOf(office({ openvswitch: true }));
    const all = { tag: 1, trunks: [10, 20], vlanMode: "native-untagged" };
    assert.deepEqual(topology.ovsPorts, [
      { bridge: "s1", name: "s1-admin", tag: 1 },
      { bridge: "s1", name: "s1-a", tag: 10 },
      { bridge: "s1", name: "s1-c", tag: 20 },
      { bridge: "s2", name: "s2-b", tag: 10 },
      { bridge: "s1", name: "s1-s2", ...all },
      { bridge: "s2", name: "s2-s1", ...all },
      { bridge: "s1", name: "s1-r", ...all },
    ]);
  });

  it("can be said by links alone", () => {
    const { networks, topology } = labOf({
      switches: { s: {} },
      links: [
        { between: ["a", "s"], vlan: 7 },
        { between: ["s", "b"], vlan: 7 },
        { between: ["s", "c"], vlans: [7, 8] },
      ],
    });
    assert.deepEqual(Object.keys(networks), ["s:7", "s:8"]);
    assert.deepEqual(
      topology.vlans.map(({ name }) => name),
      ["s.7", "s.8"],
    );
  });

  it("change nothing about other hosts when one is added", () => {
    const texts = (said: object) =>
      new Set(Object.values(labOf(said).topology).flatMap((those) => those.map((one) => JSON.stringify(one))));
    const before = office();
    const { s1, s2 } = before.switches;
    const after = { ...before, switches: { s1, s2: { ...s2, vlans: { 10: { hosts: ["b", "new"] } } } } };
    const more = texts(after);
    assert.deepEqual(
      [...texts(before)].filter((one) => !more.has(one)),
      [],
    );
  });

  it("are told what is wrong with them", () => {
    assert.deepEqual(
      wrongIn({
        switches: { s: { vlans: { 1: {}, 4095: {}, x: {} } } },
        links: [{ between: ["a", "s"], vlan: 0, vlans: [] }],
      }),
      [
        'switches.s.vlans["1"]: is the VLAN of the switch\'s own `hosts`',
        'switches.s.vlans["4095"]: must be a VLAN ID, 2 to 4094 (IEEE 802.1Q)',
        "switches.s.vlans.x: must be a VLAN ID, 2 to 4094 (IEEE 802.1Q)",
        "links[0].vlan: must be a whole number from 1 to 4094, a VLAN ID of IEEE 802.1Q",
        "links[0].vlans: must name a VLAN: leave it out for all",
      ],
    );
    const links = [
      { between: ["a", "b"], vlan: 3 },
      { between: ["s", "t"], vlan: 3 },
      { between: ["a", "s"], vlan: 3, vlans: [4] },
    ];
    assert.deepEqual(wrongIn({ switches: { s: { vlans: { 3: { hosts: ["t"] } } }, t: {} }, links }), [
      'switches.s.vlans["3"].hosts[0]: is a switch: join two switches by one of `links`',
      "links[0].vlan: is of a switch's port, and neither end is one",
      "links[1].vlan: is of a host's port: of the cable between two switches say `vlans`",
      "links[2].vlans: is given besides `vlan`, which is all that the port is in",
    ]);
  });
});
