import { pinged } from "../../support/labHost/pings";
import { labSuite } from "../../support/suites/labSuite";
import { needs } from "../../support/suites/needs";
import { saidOf } from "../../unit/labfiles/fromFile";

const ROUTED = `
defaults.device: frr
module: [ ospf ]
nodes: { r1: , r2: , r3: , h: { device: linux } }
links: [ h-r1, r1-r2, r2-r3, r3 ]
`;

labSuite("The lab of a netlab topology", (fixture) => {
  before(needs("root", "ping"));

  it("has routes to loopback devices and to networks that end at a router, without OSPF", async () => {
    await fixture.make(saidOf(ROUTED));
    for (const to of ["10.0.0.3", "172.16.1.3"]) await pinged(fixture.host, "h", to);
    await fixture.ends();
  });
});
