import assert from "node:assert/strict";
import { findingsOf } from "../../../provider/model/findings";
import { reach } from "../../../provider/model/reach/reach";
import { checkedLab } from "../../support/inputs/topologyInputs";
import { graphOfLab } from "../../support/model/modelOf";
import { labOf, wrongIn } from "./labOf";

const world = (far = "120ms") => ({
  regions: {
    eu: { hosts: ["paris", "lab:eth0"], delays: { us: "40ms", asia: far } },
    us: { hosts: ["nyc"], delays: { asia: "0.09s" } },
    asia: { hosts: ["tokyo"] },
  },
});

/** The routers on the way from one host to another. */
function way(said: object, from: string, to: string): string[] {
  const graph = graphOfLab(checkedLab(labOf(said).topology));
  const { reaches, there } = reach(graph, from, to);
  assert.equal(reaches, true);
  return there.map(({ host }) => host);
}

describe("regions", () => {
  it("are routers with their hosts, and with the delay between each two of them", () => {
    const { topology, hosts } = labOf(world());
    assert.deepEqual(findingsOf(graphOfLab(checkedLab(topology))), []);
    assert.equal(hosts.lab?.devices[0]?.name, "eth0");
    const delays = topology.qdiscs.map(({ namespace, device, netem }) => [namespace, device, netem]);
    assert.deepEqual(delays, [
      ...[
        ["asia", "eu"],
        ["eu", "asia"],
      ].map((ends) => [...ends, { delay: "120ms" }]),
      ...[
        ["eu", "us"],
        ["us", "eu"],
      ].map((ends) => [...ends, { delay: "40ms" }]),
      ...[
        ["asia", "us"],
        ["us", "asia"],
      ].map((ends) => [...ends, { delay: "90ms" }]),
    ]);
    assert.deepEqual(way(world(), "paris", "tokyo"), ["paris", "eu", "asia", "tokyo"]);
  });

  it("are cut from each other by one word, and joined by the third one then", () => {
    assert.deepEqual(way(world("none"), "paris", "tokyo"), ["paris", "eu", "us", "asia", "tokyo"]);
    const [whole, cut] = [labOf(world()), labOf(world("none"))];
    assert.deepEqual(whole.hosts.paris, cut.hosts.paris);
    assert.deepEqual(whole.networks["eu:us"], cut.networks["eu:us"]);
  });

  it("are told what is wrong with them", () => {
    const regions = {
      a: { hosts: ["b"], delays: { a: "1ms", x: "1ms", b: "1ms" } },
      b: { delays: { a: "1ms" } },
      h: { delays: { a: "soon" } },
    };
    assert.deepEqual(wrongIn({ regions, hosts: { h: {} } }), [
      "regions.h.delays.a: must be a time with its unit: 10ms, 1.5s or 200us, or `none`",
      "regions.a.hosts[0]: is no host, but a region or a switch",
      "regions.a.delays.a: is the region itself",
      "regions.a.delays.x: is no region of the lab",
      "regions.b.delays.a: is said in the other direction already",
      "regions.h: is the name of a host or a switch as well",
    ]);
  });
});
