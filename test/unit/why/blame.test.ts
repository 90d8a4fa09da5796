import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import type { Kernel } from "../../../provider/kernel/kernel";
import type { Live } from "../../../provider/live/live";
import { reach } from "../../../provider/model/reach/reach";
import type { Netlink } from "../../../provider/netlink/netlink";
import { blameFor, type Evidence } from "../../../provider/why/blame";
import type { Seen } from "../../../provider/why/trace";
import { graphOfLines } from "../../support/inputs/labLines";

const PAIR = `
  cable a/eth0 b/eth0
  address a/eth0 10.0.0.1/24
  address b/eth0 10.0.0.2/24`;
const TO = "10.0.0.2";
const UNKNOWN = [{ xt: null }];
const WALLED = `${PAIR}\nfirewall b {"family":"inet","rules":"x"}`;

/** A ruleset with rules that drop what `asks` matches, and what each has counted. */
const ruleset = (counts: readonly number[], asks: Json[] = []): Json => ({
  nftables: [
    { chain: { family: "inet", table: "filter", name: "c", type: "filter", hook: "input", prio: 0 } },
    ...counts.map((packets, index) => ({
      rule: {
        ...{ family: "inet", table: "filter", chain: "c", handle: index + 1 },
        expr: [...asks, { counter: { packets } }, { drop: null }],
      },
    })),
  ],
});

function evidence(
  lines: string,
  { before, after, seen }: { before?: Json; after?: Json; seen?: Seen[] } = {},
): Evidence {
  const graph = graphOfLines(lines);
  if (before) graph.rulesets = new Map([["b", before]]);
  const live: Live = {
    ...{ graph, resources: graph.resources, facts: new Map(), uncovered: [] },
    ...{ drift: [], foreign: new Map(), planned: new Map() },
  };
  const walk: Evidence["walk"] = (some) => reach(some, "a", TO);
  return {
    ...{ question: { from: "a", to: "b", protocol: "icmp" }, to: TO, target: "b", model: walk(graph), live, walk },
    sent: seen && { outcome: { heard: "nothing" }, seen, counted: new Map() },
    kernel: { ask: async () => JSON.stringify(after) } as unknown as Kernel,
    netlink: {} as Netlink,
  };
}

describe("What is blamed", () => {
  it("is what the model is certain of, with what makes it so", async () => {
    const blame = await blameFor(evidence(PAIR.replace("b/eth0\n", 'b/eth0 {"a":{"up":false}}\n')));
    assert.deepEqual([blame?.direction, blame?.host, blame?.device, blame?.code], ["there", "a", "eth0", "link-down"]);
    assert.equal(blame?.culprit?.what, "program");
    assert.equal(blame?.proof, undefined);
  });

  it("is nothing, where all should be well and no packet was sent", async () => {
    assert.equal(await blameFor(evidence(PAIR)), undefined);
  });

  it("is, of rules that cannot be followed, the one that has counted the packet", async () => {
    const seen = [
      { host: "b", device: "eth0", isOut: false, at: 1n, packet: { from: "10.0.0.1", to: TO } },
    ] as unknown as Seen[];
    const [before, after] = [ruleset([5, 7], UNKNOWN), ruleset([5, 8], UNKNOWN)];
    const blame = await blameFor(evidence(WALLED, { before, after, seen }));
    assert.deepEqual([blame?.host, blame?.code], ["b", "firewall-drop"]);
    assert.match(blame?.why ?? "", /^The firewall of b drops the packet: a rule of table inet filter, chain c /);
    assert.deepEqual(blame?.proof, [
      "The counter of a rule of table inet filter, chain c, has grown by the packet: 8.",
    ]);
  });

  it("has what a rule has counted as a proof, where the model is certain, too", async () => {
    const blame = await blameFor(evidence(WALLED, { before: ruleset([5]), after: ruleset([6]) }));
    assert.match(
      blame?.why ?? "",
      /^On b the chain c of the table inet filter \(hook input\) drops the packet, by rule 1/,
    );
    assert.deepEqual(blame?.proof, [
      "The counter of a rule of table inet filter, chain c, has grown by the packet: 6.",
    ]);
  });

  it("is the firewall that turns a packet to where nobody is", async () => {
    const expr = [{ dnat: { addr: "10.0.1.77" } }];
    const before = {
      nftables: [
        { chain: { family: "inet", table: "filter", name: "c", type: "nat", hook: "prerouting", prio: -100 } },
        { rule: { family: "inet", table: "filter", chain: "c", handle: 2, expr } },
      ],
    };
    const lines = `
      cable a/eth0 b/eth0
      cable b/eth1 c/eth0
      address a/eth0 10.0.0.1/24
      address b/eth0 10.0.0.2/24
      address b/eth1 10.0.1.1/24
      sysctl b net.ipv4.ip_forward 1
      firewall b {"family":"inet","rules":"x"}`;
    const blame = await blameFor(evidence(lines, { before, after: before }));
    assert.match(
      blame?.why ?? "",
      /10\.0\.1\.77.*; the firewall of b sends the packet there \(inet filter c, rule 1: dnat\)\.$/,
    );
    assert.equal(blame?.culprit?.what === "program" && blame.culprit.resource.kind.type, "Firewall");
    assert.match(blame?.todo ?? "", /^Correct the rules of the firewall of b/);
  });
});
