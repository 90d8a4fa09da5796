import assert from "node:assert/strict";
import { leftOf, programOf } from "./fromFile";

describe("a topology of netlab", () => {
  it("is a lab with the addresses that netlab gives", () => {
    assert.equal(
      programOf(`
provider: clab
defaults.device: linux
nodes:
  r: { role: router, loopback: false }
  h1:
  h2:
links: [ r-h1, r-h2 ]
`),
      `const { topology } = netns.labOutput({
  hosts: { r: { forwarding: true }, h2: { addresses: ["172.16.1.3"] } },
  links: [
    { between: ["r:eth1", "h1:eth1"], subnet: "172.16.0.0/24" },
    { between: ["r:eth2", "h2:eth1"], subnet: "172.16.1.0/24" },
  ],
  ipv6: false,
});
new netns.Topology("lab", topology);`,
    );
  });

  it("reads links in each of their forms", () => {
    const program = programOf(`
defaults: { device: linux }
addressing.p2p.ipv4: 10.9.0.0/16
addressing.lan: { ipv4: 10.8.0.0/16, prefix: 26, ipv6: "2001:db8:8::/48" }
groups: { routers: { members: [ r1, r2 ], role: router } }
nodes: [ r1, r2, h1, h2, h3 ]
prefix: { office: { ipv4: 192.0.2.0/24 } }
links:
- r1-r2
- [ h1, h2, r1 ]
- r1:
    ipv4: 1
  h3:
    ipv4: 192.0.2.77
  prefix: office
  mtu: 1400
  tc: { delay: 10, loss: 1 }
- interfaces: [ { node: r2 }, { node: h3, ipv4: false } ]
  prefix: 198.51.100.0/24
- h3:
`);
    for (const part of [
      '{ between: ["r1:eth1", "r2:eth1"], subnet: "10.9.0.0/30"',
      'lan2: {\n      hosts: ["h1:eth1", "h2:eth1", "r1:eth2"],\n      subnet: "10.8.0.0/26",\n      subnet6: "2001:db8:8::/64",\n    }',
      'between: ["r1:eth3", "h3:eth1"],\n      mtu: 1400,\n      link: { delay: "10ms", loss: "1%" },\n      subnet: "192.0.2.0/24"',
      '"192.0.2.77"',
      '{ namespace: "r2", device: "eth2", address: "198.51.100.2/24" }',
      '{ namespace: "h3", name: "eth3" }',
      'r2: { forwarding: true, loopback: true, addresses: ["10.0.0.2"] }',
      'loopbacks: { subnet: "10.0.0.0/24", subnet6: "none" }',
    ])
      assert.ok(program.includes(part), `${part}\n${program}`);
  });

  it("has routes to loopback devices and to networks that end at a router; others are listed", () => {
    const text = `
defaults.device: frr
module: [ ospf ]
addressing: { loopback: { ipv4: 10.0.0.0/24, ipv6: "2001:db8:0::/48" }, p2p.ipv6: "2001:db8:2::/48" }
nodes: { r1: , r2: , r3: { loopback: { ipv4: 192.0.2.1/32 } } }
links: [ r1-r2, r2-r3, r3 ]
`;
    const program = programOf(text);
    for (const part of [
      'addresses: ["10.0.0.2", "2001:db8:0:2::1"]',
      'loopbacks: { subnet: "10.0.0.0/24", subnet6: "2001:db8::/48" }',
      'lan3: { hosts: ["r3:eth2"], subnet: "172.16.0.0/24", subnet6: "none" }',
    ])
      assert.ok(program.includes(part), `${part}\n${program}`);
    const why = "no route leads there from other networks: it is in no subnet that `lab` has words for";
    assert.deepEqual(
      leftOf(text).filter((one) => !one.includes("daemon") && !one.includes("with frr")),
      [
        "4 addressing.loopback: addresses of loopback devices have a prefix length of 128",
        `5 lo 192.0.2.1/32: ${why}`,
        `5 lo 2001:db8:0:3::1/128: ${why}`,
      ],
    );
  });

  it("takes nodes without a device for Linux, and says how netlab is told so", () => {
    const text = "module: [ ospf ]\nnodes: [ a, b ]\nlinks: [ a-b ]\n";
    assert.match(programOf(text), /between: \["a:eth1", "b:eth1"\]/);
    assert.deepEqual(leftOf(text), [
      "1 module: no daemon is run",
      "2 nodes: nodes without a device are taken for Linux, which `defaults.device: linux` says to netlab",
    ]);
  });

  it("is none where links name nodes that it has not", () => {
    assert.throws(() => leftOf("plugin: [ fabric ]\nnodes: [ a ]\nlinks:\n- a-b\n- c-a\n"), {
      message:
        "could not read lab.yml\n  line 4: links[0]: the file has no node b\n  line 5: links[1]: the file has no node c\n" +
        "  What plugins and components of netlab make is not read: name those nodes in `nodes`.",
    });
  });

  it("is none with links from a node to itself, and devices that are the ends of two: all of it is told at once", () => {
    const text = `defaults.device: linux
nodes: [ a, b ]
links:
- a-a
- a-c
- { a: { ifname: x }, b: }
- { a: { ifname: x }, b: }
`;
    assert.throws(() => leftOf(text), {
      message: [
        "could not read lab.yml",
        "line 4: links[0]: both of its ends are a: a link joins two nodes",
        "line 5: links[1]: the file has no node c",
        "line 7: links[3]: x of a is the end of another link already, in line 6",
      ].join("\n  "),
    });
    assert.throws(
      () => leftOf('nodes: [ a\nlinks:\n- a: b: c\nx: "\n'),
      /at line 2, .*\n.* at line 3, .*\n.* at line 5, /,
    );
  });

  it("lists with its line what has no counterpart", () => {
    assert.deepEqual(
      leftOf(`provider: clab
defaults.device: linux
module: [ ospf ]
nodes:
  c: { device: eos }
  f: { device: frr }
  h:
links:
- c-h
- f:
  h:
  bandwidth: 1000
  vlan.access: red
`),
      [
        "1 provider: hosts of netns are namespaces of this machine's network, whatever the provider",
        "3 module: no daemon is run: `lab` makes static routes instead",
        "5 nodes.c: is of device eos, which is not Linux: its place is empty",
        "6 nodes.f: is a Linux host with frr, which is not run: `lab` makes static routes instead",
        "9 links[0]: its end c is eos, which is not Linux",
        "12 links[1].bandwidth: it is a figure for routing protocols: `tc.rate` is a rate that packets see",
        "13 links[1].vlan: nothing in the program stands for `vlan` of a link",
      ],
    );
  });
});
