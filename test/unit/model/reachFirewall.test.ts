import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import { reach } from "../../../provider/model/reach/reach";
import { graphOfLines } from "../../support/inputs/labLines";

const PAIR = `
  cable a/eth0 b/eth0
  address a/eth0 10.0.0.1/24
  address b/eth0 10.0.0.2/24
  address a/eth0 2001:db8::1/64
  address b/eth0 2001:db8::2/64`;
const ROUTED = `
  cable a/eth0 r/eth0
  cable b/eth0 r/eth1
  address a/eth0 10.0.1.2/24
  address r/eth0 10.0.1.1/24
  address r/eth1 10.0.2.1/24
  address b/eth0 10.0.2.2/24
  sysctl r net.ipv4.ip_forward 1
  route a default 10.0.1.1`;

/** As `nft -j list ruleset` has a table `inet filter` with one chain. */
function ruleset(hook: string, policy: string, rules: Json[][], { type = "filter", prio = 0 } = {}) {
  const at = { family: "inet", table: "filter" };
  return {
    nftables: [
      { metainfo: { json_schema_version: 1 } },
      { table: { family: "inet", name: "filter" } },
      { chain: { ...at, name: "main", type, hook, prio, policy } },
      { chain: { ...at, name: "more" } },
      ...rules.map((expr) => ({ rule: { ...at, chain: "main", expr } })),
      { rule: { ...at, chain: "more", expr: [{ accept: null }] } },
    ],
  };
}

const match = (left: Json, right: unknown, op = "==") => ({ match: { op, left, right } });
const ip = (field: string) => ({ payload: { protocol: "ip", field } });
const ct = { ct: { key: "state" } };
const echo = match({ payload: { protocol: "icmp", field: "type" } }, "echo-request");

function outcome(lines: string, host: string, json: unknown, options = {}, to = "b") {
  const graph = { ...graphOfLines(lines), rulesets: new Map([[host, json]]) };
  const { reaches, stop } = reach(graph, "a", to, options);
  return stop ? `${reaches} ${stop.code} ${stop.direction} at ${stop.host}` : reaches;
}

describe("reach through firewalls", () => {
  it("follows the policy of a chain, and the rules before it", () => {
    assert.equal(outcome(PAIR, "b", ruleset("input", "drop", [])), "false firewall-drop there at b");
    assert.equal(outcome(PAIR, "b", ruleset("input", "drop", [[echo, { accept: null }]])), true);
    assert.equal(
      outcome(PAIR, "b", ruleset("input", "accept", [[echo, { drop: null }]])),
      "false firewall-drop there at b",
    );
    assert.equal(
      outcome(PAIR, "b", ruleset("input", "accept", [[{ reject: null }]])),
      "false firewall-reject there at b",
    );
    assert.equal(outcome(PAIR, "b", ruleset("input", "drop", [[{ jump: { target: "more" } }]])), true);
    assert.equal(outcome(PAIR, "a", ruleset("output", "drop", [])), "false firewall-drop there at a");
  });

  it("is unsure of what a bridge passes on, where the firewall of its host would stop it", () => {
    const lines = `
      cable a/eth0 sw/p1
      cable b/eth0 sw/p2
      bridge sw/br0
      port sw/br0 p1
      port sw/br0 p2
      address a/eth0 10.0.0.1/24
      address b/eth0 10.0.0.2/24`;
    const closed = ruleset("forward", "drop", []);
    assert.equal(outcome(lines, "sw", closed), "unknown not-modelled there at sw");
    assert.equal(outcome(lines, "sw", ruleset("forward", "accept", [])), true);
    assert.equal(outcome(`${lines}\nsysctl sw net.bridge.bridge-nf-call-iptables 0`, "sw", closed), true);
  });

  it("knows the answer of a connection by its state", () => {
    assert.equal(outcome(PAIR, "a", ruleset("input", "drop", [])), "false firewall-drop back at a");
    const established = [match(ct, ["established", "related"], "in"), { accept: null }];
    assert.equal(outcome(PAIR, "a", ruleset("input", "drop", [established])), true);
    const map = [
      {
        vmap: {
          key: ct,
          data: {
            set: [
              ["invalid", { drop: null }],
              ["established", { accept: null }],
            ],
          },
        },
      },
    ];
    assert.equal(outcome(PAIR, "a", ruleset("input", "drop", [map])), true);
  });

  it("compares ports, of tcp and udp alone", () => {
    const open = [
      match({ payload: { protocol: "tcp", field: "dport" } }, { set: [22, { range: [80, 90] }] }),
      { accept: null },
    ];
    const json = ruleset("input", "drop", [open]);
    assert.equal(outcome(PAIR, "b", json, { protocol: "tcp", port: 85 }), true);
    assert.equal(outcome(PAIR, "b", json, { protocol: "tcp", port: 91 }), "false firewall-drop there at b");
    assert.equal(outcome(PAIR, "b", json, { protocol: "udp", port: 85 }), "false firewall-drop there at b");
  });

  it("compares addresses, sets and devices", () => {
    const from = (addr: string, len: number) => [match(ip("saddr"), { prefix: { addr, len } }), { accept: null }];
    assert.equal(outcome(PAIR, "b", ruleset("input", "drop", [from("10.0.0.0", 24)])), true);
    assert.equal(
      outcome(PAIR, "b", ruleset("input", "drop", [from("10.1.0.0", 24)])),
      "false firewall-drop there at b",
    );
    const device = (name: string) => [match({ meta: { key: "iifname" } }, name), { accept: null }];
    assert.equal(outcome(PAIR, "b", ruleset("input", "drop", [device("eth*")])), true);
    assert.equal(outcome(PAIR, "b", ruleset("input", "drop", [device("eth1")])), "false firewall-drop there at b");
  });

  it("knows that IPv6 needs neighbour discovery, which a firewall can drop", () => {
    const pings = [match({ payload: { protocol: "icmpv6", field: "type" } }, "echo-request"), { accept: null }];
    const discovery = { set: ["nd-neighbor-solicit", "nd-neighbor-advert"] };
    const both = [match({ payload: { protocol: "icmpv6", field: "type" } }, discovery), { accept: null }];
    const wanted = { family: "inet6" };
    assert.equal(outcome(PAIR, "b", ruleset("input", "drop", [pings]), wanted), "false firewall-drop there at b");
    assert.equal(outcome(PAIR, "b", ruleset("input", "drop", [pings, both]), wanted), true);
  });

  it("takes an answer back through NAT as the first packet went", () => {
    assert.equal(outcome(ROUTED, "r", ruleset("postrouting", "accept", [])), "false no-route back at b");
    const masquerade = [match({ meta: { key: "oifname" } }, "eth1"), { masquerade: null }];
    const srcnat = { type: "nat", prio: 100 };
    assert.equal(outcome(ROUTED, "r", ruleset("postrouting", "accept", [masquerade], srcnat)), true);
    const snat = [{ snat: { family: "ip", addr: "10.0.2.1" } }];
    assert.equal(outcome(ROUTED, "r", ruleset("postrouting", "accept", [snat], srcnat)), true);
    const dnat = [match(ip("daddr"), "10.0.1.1"), { dnat: { family: "ip", addr: "10.0.2.2" } }];
    const json = ruleset("prerouting", "accept", [dnat], { type: "nat", prio: -100 });
    assert.equal(outcome(`${ROUTED}\nroute b default 10.0.2.1`, "r", json, {}, "10.0.1.1"), true);
    // To the host that is meant it does not come so.
    assert.equal(outcome(`${ROUTED}\nroute b default 10.0.2.1`, "r", json, {}, "r"), "false other-host there at b");
  });

  it("is unsure of what it does not follow, unless it comes to the same", () => {
    const strange = match({ fib: { result: "oif", flags: ["saddr"] } }, false);
    assert.equal(
      outcome(PAIR, "b", ruleset("input", "accept", [[strange, { drop: null }]])),
      "unknown not-modelled there at b",
    );
    assert.equal(outcome(PAIR, "b", ruleset("input", "accept", [[strange, { accept: null }]])), true);
  });

  it("is unsure of text alone, if a chain of it has a hook", () => {
    const lines = (rules: string) => graphOfLines(`${PAIR}\nfirewall b ${JSON.stringify({ rules })}`);
    const hooked = reach(lines("chain in { type filter hook input priority 0; policy drop; }"), "a", "b");
    assert.deepEqual([hooked.reaches, hooked.stop?.code], ["unknown", "not-modelled"]);
    assert.equal(reach(lines("chain helper { accept; }"), "a", "b").reaches, true);
  });
});
