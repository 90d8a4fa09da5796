import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import type { Drift } from "../../../provider/live/compare";
import type { Live } from "../../../provider/live/live";
import type { Graph } from "../../../provider/model/graph";
import { reach } from "../../../provider/model/reach/reach";
import { labelOf, type Resource } from "../../../provider/model/resources";
import { culpritOf } from "../../../provider/why/culprit";
import { graphOfLines } from "../../support/inputs/labLines";

const PAIR = `
  cable a/eth0 b/eth0
  address a/eth0 10.0.0.1/24
  address b/eth0 10.0.0.2/24`;

interface Differing {
  /** What the stack has otherwise: the label of a resource, a property, and its value there. */
  drift?: [label: string, path: string[], want: unknown][];
  /** What of the stack is not there: lines, of which the last is it. */
  missing?: string[];
  /** The labels of what is not of the stack. */
  foreign?: string[];
  rulesets?: Record<string, Json[]>;
  planned?: Record<string, Json[]>;
}

/** Who is blamed where a packet from a to b ends in what is live. */
function blamed(lines: string, { drift = [], missing = [], foreign = [], rulesets = {}, planned = {} }: Differing) {
  const graph = graphOfLines(lines);
  const said = Object.entries(rulesets).map(([host, nftables]) => [host, { nftables }] as const);
  graph.rulesets = new Map(said);
  const named = (label: string) => graph.resources.find((one) => labelOf(one) === label) as Resource;
  const changed = drift.map(([label, path, want]): Drift => ({ resource: named(label), path, want }));
  const gone = missing.map((more): Drift => ({ resource: graphOfLines(more).resources.at(-1) as Resource }));
  const live: Live = {
    ...{ graph, resources: graph.resources, facts: new Map(), uncovered: [] },
    ...{ drift: [...changed, ...gone], foreign: new Map(foreign.map((label) => [named(label), label])) },
    planned: new Map(Object.entries(planned)),
  };
  const walk = (some: Graph) => reach(some, "a", "10.0.0.2");
  const { stop } = walk(graph);
  assert.ok(stop);
  const { culprit, stop: at } = culpritOf(live, walk, stop);
  if (!culprit) return [at.code];
  const { resource, path = [] } = culprit.what === "drift" ? culprit.drift : { path: undefined, ...culprit };
  return [at.code, culprit.what, labelOf(resource), ...path];
}

describe("The culprit", () => {
  it("is what differs from the stack, if the packet would get further without that", () => {
    const down = PAIR.replace("b/eth0\n", 'b/eth0 {"a":{"up":false}}\n');
    const up: Differing["drift"] = [
      ["lab.addresses[0]", ["label"], "x"],
      ["lab.vethPairs[0]", ["a", "up"], true],
    ];
    assert.deepEqual(blamed(down, { drift: up }), ["link-down", "drift", "lab.vethPairs[0]", "a", "up"]);
  });

  it("is what the stack has and the host has not", () => {
    const lines = PAIR.split("\n").slice(0, 3).join("\n");
    const [, what, label] = blamed(lines, { missing: [PAIR] });
    assert.deepEqual([what, label], ["drift", "lab.addresses[1]"]);
  });

  it("is, of all that is not there, what the others are in and on", () => {
    const cable = ["host b", "cable a/eth0 b/eth0", "address b/eth0 10.0.0.2/24"];
    const missing = [cable, cable.slice(0, 2)].map((lines) => lines.join("\n"));
    const lines = "host a\nhost b\naddress a/eth0 10.0.0.1/24";
    assert.deepEqual(blamed(lines, { missing }).slice(1), ["drift", "lab.vethPairs[0]"]);
    assert.deepEqual(blamed("host a", { missing: [...missing, "host b"] }).slice(1), ["drift", "lab.namespaces[0]"]);
  });

  it("is what somebody else has made", () => {
    const lines = `${PAIR}\nroute a 10.0.0.2/32 {"type":"blackhole"}`;
    assert.deepEqual(blamed(lines, { foreign: ["lab.addresses[0]", "lab.routes[0]"] }).slice(1), [
      "foreign",
      "lab.routes[0]",
    ]);
  });

  it("is in the program itself, where nothing differs, or nothing that matters", () => {
    const lines = PAIR.replace("b/eth0\n", 'b/eth0 {"a":{"up":false}}\n');
    const program = ["link-down", "program", "lab.vethPairs[0]", "a", "up"];
    assert.deepEqual(blamed(lines, {}), program);
    assert.deepEqual(blamed(lines, { foreign: ["lab.addresses[1]"] }), program);
    assert.deepEqual(blamed(lines, { drift: [["lab.vethPairs[0]", ["b", "mtu"], 1400]] }), program);
  });

  const table = (rules: string) => `firewall b ${JSON.stringify({ family: "inet", rules })}`;
  const ruleset = (verdict: string): Json[] => [
    { table: { family: "inet", name: "filter" } },
    { chain: { family: "inet", table: "filter", name: "c", type: "filter", hook: "input", prio: 0, policy: "accept" } },
    { rule: { family: "inet", table: "filter", chain: "c", handle: 2, expr: [{ [verdict]: null }] } },
  ];

  it("is a table that somebody else has made", () => {
    const live = { rulesets: { b: ruleset("drop") }, foreign: ["lab.firewalls[0]", "lab.addresses[0]"] };
    assert.deepEqual(blamed(`${PAIR}\n${table("drops")}`, live), ["firewall-drop", "foreign", "lab.firewalls[0]"]);
  });

  it("is a table that the stack has otherwise, by what nft makes of that", () => {
    const drift: Differing["drift"] = [["lab.firewalls[0]", ["rules"], "accepts"]];
    const lines = `${PAIR}\n${table("drops")}`;
    const better = { drift, rulesets: { b: ruleset("drop") }, planned: { "inet filter accepts": ruleset("accept") } };
    assert.deepEqual(blamed(lines, better), ["firewall-drop", "drift", "lab.firewalls[0]", "rules"]);
    const same = { foreign: [], rulesets: { b: ruleset("drop") } };
    assert.deepEqual(blamed(lines, same), ["firewall-drop", "program", "lab.firewalls[0]"]);
  });
});
