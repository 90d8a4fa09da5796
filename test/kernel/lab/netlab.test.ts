import { pinged } from "../../support/labHost/pings";
import { hasVlanFiltering } from "../../support/suites/kernelOptions";
import { labSuite } from "../../support/suites/labSuite";
import { needs, skipThis } from "../../support/suites/needs";
import { saidOf } from "../../unit/labfiles/fromFile";

const ROUTED = `
defaults.device: frr
module: [ ospf ]
nodes: { r1: , r2: , r3: , h: { device: linux } }
links: [ h-r1, r1-r2, r2-r3, r3 ]
`;

/** Two VLANs, between which the switch routes at which not both of their hosts are. */
const SWITCHED = `
defaults.device: linux
groups.switches: { members: [ s1, s2 ], device: frr, module: [ vlan ] }
nodes: { s1: , s2: { vlan.mode: bridge }, h1: , h2: }
vlans: { red: { links: [ s1-h1 ] }, blue: { links: [ s2-h2 ] } }
links: [ { s1: , s2: , vlan.trunk: [ red, blue ] } ]
`;

labSuite("The lab of a netlab topology", (fixture) => {
  before(needs("root", "ping"));

  it("has routes to loopback devices and to networks that end at a router, without OSPF", async () => {
    await fixture.make(saidOf(ROUTED));
    for (const to of ["10.0.0.3", "172.16.1.3"]) await pinged(fixture.host, "h", to);
    await fixture.ends();
  });

  it("has its VLANs, between which a switch routes", async function () {
    if (!hasVlanFiltering) skipThis(this, "CONFIG_BRIDGE_VLAN_FILTERING");
    await fixture.make(saidOf(SWITCHED));
    await pinged(fixture.host, "h1", "172.16.1.4");
    await fixture.ends();
  });
});
