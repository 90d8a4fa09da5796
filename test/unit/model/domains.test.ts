import assert from "node:assert/strict";
import { type Json, Unknown } from "../../../provider/core/values";
import { Domains } from "../../../provider/model/domains";
import { deviceLabel } from "../../../provider/model/graph";
import { star } from "../../support/inputs/star";
import { deviceOf, graphOfLab } from "../../support/model/modelOf";

/** A switch with a host on each port; what is said of a port, and of the bridge. */
function switched(ports: Json[], bridge: Json = {}): { [list: string]: Json[] } {
  const names = ports.map((_, index) => `h${index + 1}`);
  return {
    namespaces: [{ name: "sw" }, ...names.map((name) => ({ name }))],
    bridges: [{ namespace: "sw", name: "br0", ...bridge }],
    vethPairs: names.map((name) => ({ a: { name: "eth0", namespace: name }, b: { name, namespace: "sw" } })),
    bridgePorts: ports.map((port, index) => ({ namespace: "sw", bridge: "br0", device: names[index], ...port })),
  };
}

function domainOf(lab: Json, label: string) {
  const graph = graphOfLab(lab);
  const { devices, isOpen } = new Domains(graph).of(deviceOf(graph, label));
  return { devices: [...devices].map(deviceLabel).sort(), isOpen };
}

describe("broadcast domains", () => {
  it("are the two ends of a cable where no bridge is", () => {
    assert.deepEqual(domainOf(star(2), "h1/eth0"), { devices: ["h1/eth0", "switch/p1"], isOpen: false });
  });

  it("are all behind a bridge, and one object for all of them", () => {
    const graph = graphOfLab(switched([{}, {}, {}]));
    const domains = new Domains(graph);
    const first = domains.of(deviceOf(graph, "h1/eth0"));
    assert.deepEqual([...first.devices].map(deviceLabel).sort(), ["h1/eth0", "h2/eth0", "h3/eth0", "sw/br0"]);
    assert.equal(domains.of(deviceOf(graph, "h3/eth0")), first);
    assert.deepEqual(domains.way(deviceOf(graph, "h1/eth0"), deviceOf(graph, "h2/eth0"))?.map(deviceLabel), [
      "h1/eth0",
      "sw/h1",
      "sw/br0",
      "sw/h2",
      "h2/eth0",
    ]);
  });

  it("keep isolated ports from each other, but not from the rest", () => {
    const lab = switched([{ isolated: true }, { isolated: true }, {}]);
    assert.deepEqual(domainOf(lab, "h1/eth0").devices, ["h3/eth0", "sw/br0"]);
    assert.deepEqual(domainOf(lab, "h3/eth0").devices, ["h1/eth0", "h2/eth0", "h3/eth0", "sw/br0"]);
  });

  it("end at what is down", () => {
    const lab = switched([{}, {}]);
    const linkSettings = [{ namespace: "sw", device: "h2", up: false }];
    assert.deepEqual(domainOf({ ...lab, linkSettings }, "h1/eth0").devices, ["h1/eth0", "sw/br0"]);
    assert.deepEqual(domainOf(switched([{}, {}], { up: false }), "h1/eth0").devices, ["h1/eth0"]);
  });

  it("pass a tag of 802.1ad to a vlan device of that alone, and a bridge of 802.1Q as no tag of its own", () => {
    const vlan = (namespace: string, name: string, protocol: string) => {
      return { namespace, name, parent: "eth0", vid: 7, protocol };
    };
    const vlans = [vlan("h1", "s7", "802.1ad"), vlan("h2", "s7", "802.1ad"), vlan("h2", "c7", "802.1Q")];
    for (const vlanFiltering of [false, true]) {
      assert.deepEqual(domainOf({ ...switched([{}, {}], { vlanFiltering }), vlans }, "h1/s7").devices, [
        "h1/s7",
        "h2/s7",
      ]);
    }
  });

  it("go by the VLANs of the ports, over a trunk to what stands on it", () => {
    const access = (vid: number) => ({ vlans: [{ vid, pvid: true, untagged: true }] });
    const lab = switched([access(10), access(20), { vlans: [{ vid: 10 }, { vid: 20 }] }], { vlanFiltering: true });
    const vlans = [10, 20].map((vid) => ({ namespace: "h3", name: `eth0.${vid}`, parent: "eth0", vid }));
    assert.deepEqual(domainOf({ ...lab, vlans }, "h1/eth0").devices, ["h1/eth0", "h3/eth0.10"]);
    assert.deepEqual(domainOf({ ...lab, vlans }, "h3/eth0.20").devices, ["h2/eth0", "h3/eth0.20"]);
  });

  it("pass tagged frames on where a bridge knows of no VLANs", () => {
    const lab = switched([{}, {}]);
    const vlans = ["h1", "h2"].map((namespace) => ({ namespace, name: "v7", parent: "eth0", vid: 7 }));
    assert.deepEqual(domainOf({ ...lab, vlans }, "h1/v7").devices, ["h1/v7", "h2/v7"]);
  });

  it("go over a vxlan to the host that has the address of its remote", () => {
    const lab = {
      namespaces: [{ name: "s1" }, { name: "s2" }],
      vethPairs: [{ a: { name: "eth0", namespace: "s1" }, b: { name: "eth0", namespace: "s2" } }],
      addresses: [1, 2].map((n) => ({ namespace: `s${n}`, device: "eth0", address: `192.0.2.${n}/24` })),
      vxlans: [1, 2].map((n) => ({ namespace: `s${n}`, name: "vx0", vni: 42, remote: `192.0.2.${3 - n}` })),
    };
    assert.deepEqual(domainOf(lab, "s1/vx0"), { devices: ["s1/vx0", "s2/vx0"], isOpen: false });
  });

  it("go over a vxlan whose packets travel in another host than it is in", () => {
    const lab = {
      namespaces: [{ name: "s1" }, { name: "s2" }, { name: "h1" }, { name: "h2" }],
      vethPairs: [{ a: { name: "eth0", namespace: "s1" }, b: { name: "eth0", namespace: "s2" } }],
      addresses: [1, 2].map((n) => ({ namespace: `s${n}`, device: "eth0", address: `192.0.2.${n}/24` })),
      vxlans: [1, 2].map((n) => {
        const remote = `192.0.2.${3 - n}`;
        return { namespace: `h${n}`, name: "vx0", vni: 42, remote, underlay: `s${n}`, device: "eth0" };
      }),
    };
    assert.deepEqual(domainOf(lab, "h1/vx0"), { devices: ["h1/vx0", "h2/vx0"], isOpen: false });
  });

  it("go over a vxlan between machines of which nothing else is said, by what its ends say of themselves", () => {
    const lab = {
      namespaces: [{ name: "h1" }, { name: "h2" }],
      vxlans: [1, 2].map((n) => {
        const [local, remote] = [`192.0.2.${n}`, `192.0.2.${3 - n}`];
        return { namespace: `h${n}`, name: "eth0", vni: 42, local, remote, underlay: "." };
      }),
    };
    assert.deepEqual(domainOf(lab, "h1/eth0"), { devices: ["h1/eth0", "h2/eth0"], isOpen: false });
  });

  it("have the macvlans of a parent together, and the parent apart", () => {
    const lab = switched([{}, {}]);
    const macvlans = ["m1", "m2"].map((name) => ({ namespace: "h1", name, parent: "eth0" }));
    assert.deepEqual(domainOf({ ...lab, macvlans }, "h1/m1").devices, ["h1/m1", "h1/m2", "h2/eth0", "sw/br0"]);
  });

  it("go by the tags of ports of Open vSwitch, and over patches", () => {
    const cables = ["h1", "h2", "h3"].map((name) => ({
      a: { name: "eth0", namespace: name },
      b: { name, namespace: "sw" },
    }));
    const lab = {
      namespaces: [{ name: "sw" }, { name: "h1" }, { name: "h2" }, { name: "h3" }],
      vethPairs: cables,
      ovsBridges: [
        { namespace: "sw", name: "one" },
        { namespace: "sw", name: "two" },
      ],
      ovsPorts: [
        { namespace: "sw", bridge: "one", name: "h1", tag: 7 },
        { namespace: "sw", bridge: "one", name: "h2" },
        { namespace: "sw", bridge: "two", name: "h3", tag: 7 },
        { namespace: "sw", bridge: "one", name: "there", type: "patch", options: { peer: "back" } },
        { namespace: "sw", bridge: "two", name: "back", type: "patch", options: { peer: "there" } },
      ],
    };
    assert.deepEqual(domainOf(lab, "h1/eth0").devices, ["h1/eth0", "h3/eth0"]);
  });

  it("are open where something is not known, or is somebody else's", () => {
    const unknown = switched([{}, { isolated: Unknown.value }]);
    assert.equal(domainOf(switched([{}, {}]), "h1/eth0").isOpen, false);
    assert.equal(domainOf(unknown, "h2/eth0").isOpen, true);
    const { namespaces: _, ...foreign } = switched([{}, {}]);
    assert.equal(domainOf(foreign, "h1/eth0").isOpen, true);
  });
});
