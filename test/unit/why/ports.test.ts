import assert from "node:assert/strict";
import { deviceAt, type LiveFacts } from "../../../provider/model/graph";
import { reach } from "../../../provider/model/reach/reach";
import { graphOfLines } from "../../support/inputs/labLines";

const LIVE = { index: 2, isWithoutArp: false, unusable: new Map(), neighbors: new Map() };

/** Where a packet from a to b ends, whose port of the bridge between them is as the kernel shows it. */
function stopped(cable: string, live: Pick<LiveFacts, "hasCarrier" | "portState">) {
  const graph = graphOfLines(`
    bridge s/br0
    cable a/eth0 s/p1
    cable b/eth0 s/p2 ${cable}
    port s/br0 p1
    port s/br0 p2
    address a/eth0 10.0.0.1/24
    address b/eth0 10.0.0.2/24`);
  const port = deviceAt(graph, { namespace: "s", name: "p2" });
  assert.ok(port);
  port.live = { ...LIVE, ...live };
  const { stop } = reach(graph, "a", "10.0.0.2");
  return [stop?.code, stop?.host, stop?.device, stop?.by[0]?.path.join(" ")];
}

describe("A port of a bridge that does not forward", () => {
  const disabled = { hasCarrier: false, portState: "disabled" };

  it("does so because it, or the other end of its cable, is down", () => {
    assert.deepEqual(stopped('{"a":{"up":false}}', disabled), ["peer-down", "b", "eth0", "vethPairs 1"]);
    assert.deepEqual(stopped('{"b":{"up":false}}', disabled), ["link-down", "s", "p2", "vethPairs 1"]);
  });

  it("has no carrier, whatever that comes from", () => {
    assert.deepEqual(stopped("", disabled), ["no-carrier", "s", "p2", "vethPairs 1"]);
  });

  it("is kept from it by the spanning tree or by hand, where it has a carrier", () => {
    for (const portState of ["disabled", "listening", "learning", "blocking"])
      assert.deepEqual(stopped("", { hasCarrier: true, portState }), ["port-blocked", "s", "p2", "bridgePorts 1"]);
    assert.deepEqual(stopped("", { hasCarrier: true, portState: "forwarding" }), Array(4).fill(undefined));
  });
});
