import assert from "node:assert/strict";
import { leftOf, programOf, saidOf } from "./fromFile";

const SWITCHES = "{ members: [ s1, s2 ], device: frr, module: [ vlan ] }";

/** Two switches of which one routes, with a trunk between them, and a router by a trunk. */
const ROUTED = `
defaults.device: linux
groups.switches: ${SWITCHES}
nodes:
  s1:
  s2: { vlan.mode: bridge, loopback: false }
  h1:
  h2:
  ros: { device: frr, module: [ vlan ], vlan.mode: route, loopback: false }
vlans:
  red: { links: [ s1-h1 ] }
  blue: { id: 20, prefix: 10.20.0.0/24, links: [ s2-h2 ] }
links:
- s1:
  s2:
  vlan.trunk: [ red, blue ]
- s2:
  ros:
    vlan.trunk: { red: , blue: { ipv4: 99 } }
  vlan.trunk: [ red, blue ]
`;

/** What is left besides daemons that do not run. */
function told(text: string): string[] {
  return leftOf(text).filter((one) => !one.includes("with frr"));
}

describe("VLANs of a topology of netlab", () => {
  it("are those of switches, and hosts route between them", () => {
    assert.deepEqual(saidOf(ROUTED), {
      hosts: {
        s1: { forwarding: true, loopback: true, addresses: ["10.20.0.1", "172.16.0.1", "10.0.0.1"] },
        h1: { addresses: ["172.16.0.3"] },
        h2: { addresses: ["10.20.0.4"] },
        ros: { forwarding: true, addresses: ["10.20.0.99", "172.16.0.5"] },
      },
      switches: {
        s2: { vlans: { 20: { hosts: ["h2:eth1"] } } },
        "s1-sw": {
          vlans: {
            20: { hosts: ["s1:vlan20"], subnet: "10.20.0.0/24" },
            1000: { hosts: ["s1:vlan1000", "h1:eth1"], subnet: "172.16.0.0/24" },
          },
        },
      },
      links: [
        { between: ["s1-sw", "s2"], vlans: [20, 1000] },
        { between: ["ros:eth1", "s2"], vlans: [20, 1000] },
      ],
      loopbacks: { subnet: "10.0.0.0/24" },
      ipv6: false,
    });
    assert.deepEqual(told(ROUTED), []);
  });

  it("that nobody bridges have a prefix for each trunk", () => {
    const text = `
defaults.device: frr
module: [ vlan ]
vlan.mode: route
vlans: { red: , blue: }
nodes: { r1: { loopback: false }, r2: { loopback: false } }
links:
- { r1: , r2: , vlan.trunk: [ red, blue ] }
- { r1: , r2: , vlan.access: red }
`;
    const program = programOf(text);
    for (const part of [
      "lan1: {",
      '"1000": { subnet: "10.1.0.8/30" }',
      '"1001": { subnet: "10.1.0.4/30" }',
      '{ between: ["r1:eth1", "lan1"], vlans: [1000, 1001] }',
      '{ between: ["r1:eth2", "r2:eth2"], subnet: "10.1.0.0/30" }',
    ])
      assert.ok(program.includes(part), `${part}\n${program}`);
  });

  it("lists with its line what `lab` has no words for", () => {
    assert.deepEqual(
      told(`
defaults.device: linux
groups.switches: ${SWITCHES}
nodes: { s1: , s2: , h1: , h2: }
vlans:
  red: { vrf: x, vni: 7 }
  blue:
  green: { mode: route }
  white: { id: 5000 }
links:
- { s1: , s2: , vlan.trunk: [ red, blue, none ], vlan.native: red }
- { s1: , s2: , vlan.access: blue }
- { s1: , s2: , vlan.trunk: [ blue, green ] }
- { s1: { vlan: { access: red, priority: 3 } }, h1: , h2: }
`),
      [
        "6 vlans.red.vrf: nothing in the program stands for `vrf` of a VLAN",
        "6 vlans.red.vni: nothing in the program stands for `vni` of a VLAN",
        "9 vlans.white.id: it is no VLAN ID (IEEE 802.1Q)",
        "11 links[0].vlan.trunk: there is no VLAN none",
        "11 links[0].vlan.native: frames between the switches have the tag of their VLAN",
        "12 links[1]: frames between the switches have the tag of their VLAN",
        "12 links[1]: its VLANs are on the other cable between its ends: two would close a loop",
        "13 links[2]: its end s1 routes VLANs of it besides those that it bridges, which no switch of `lab` does: those are left out",
        "13 links[2]: its end s2 routes VLANs of it besides those that it bridges, which no switch of `lab` does: those are left out",
        "13 links[2]: its VLANs are on the other cable between its ends: two would close a loop",
        "14 links[3].s1.vlan.priority: nothing in the program stands for it",
      ],
    );
  });

  it("have switches in a loop run the spanning tree protocol", () => {
    const text = `
defaults.device: frr
module: [ vlan ]
vlan.mode: bridge
vlans.red:
nodes: [ s1, s2, s3 ]
links: [ { s1: , s2: , vlan.trunk: [ red ] }, { s2: , s3: , vlan.trunk: [ red ] }, { s3: , s1: , vlan.trunk: [ red ] } ]
`;
    assert.match(programOf(text), /switches: \{ s1: \{ stp: true \}, s2: \{ stp: true \}, s3: \{ stp: true \} \}/);
    assert.ok(told(text).some((one) => one.includes("it closes a loop of switches, which run the spanning tree")));
  });

  it("has one cable for a bond between two nodes", () => {
    const text = `
defaults.device: linux
module: [ lag ]
nodes: [ a, b, c ]
links:
- lag.members: [ a-b, a-b ]
- lag.members: [ a-b, a-c ]
- b-c
`;
    const program = programOf(text);
    assert.ok(program.includes('{ between: ["a:bond1", "b:bond1"], subnet: "172.16.0.0/24" }'), program);
    assert.ok(program.includes('between: ["b:eth3", "c:eth1"]'), program);
    assert.deepEqual(leftOf(text), [
      "6 links[0].lag: one cable stands for the 2 of it: `lab` bonds no devices",
      "7 links[1].lag: a bond whose cables do not all join the same two nodes has no counterpart",
    ]);
  });
});
