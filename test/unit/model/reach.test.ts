import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import { type Graph, graphOf } from "../../../provider/model/graph";
import { addressOf, reach } from "../../../provider/model/reach/reach";
import { resourcesOf, type Written } from "../../../provider/model/resources";
import { BROKEN_LABS } from "../../support/inputs/brokenLabs";
import { graphOfLines } from "../../support/inputs/labLines";

function labOf(inputs: Json): Graph {
  const type = "netns:index:Topology";
  return graphOf(resourcesOf([{ type, urn: `urn:pulumi:lab::labs::${type}::lab`, inputs }]));
}

describe("reach", () => {
  for (const { code, how, wrong, right, from = "a", to = "b", options, direction = "there" } of BROKEN_LABS) {
    it(`says ${code}: ${how}`, () => {
      const broken = reach(graphOfLines(wrong), from, to, options);
      assert.deepEqual(
        [broken.reaches, broken.stop?.code, broken.stop?.direction],
        [false, code, direction],
        broken.stop?.why,
      );
      const whole = reach(graphOfLines(right), from, to, options);
      assert.deepEqual([whole.reaches, whole.stop?.why], [true, undefined]);
    });
  }

  it("takes the address of a host that is on a network of both, and IPv4 before IPv6", () => {
    const graph = graphOfLines(`
      cable a/eth0 b/eth0
      address a/eth0 10.0.0.1/24
      address a/eth0 2001:db8::1/64
      address b/lo 10.9.9.9/32
      address b/eth0 10.0.0.2/24
      address b/eth0 2001:db8::2/64`);
    assert.equal(addressOf(graph, "a", "b"), "10.0.0.2");
    assert.equal(addressOf(graph, "a", "b", "inet6"), "2001:db8::2");
    assert.equal(addressOf(graph, "a", "elsewhere"), undefined);
  });

  it("takes no address that the sender has as well, unless there is no other", () => {
    const shared = `
      cable a/eth0 b/eth0
      address a/eth0 10.0.0.1/24
      address a/lo 192.0.2.1/32
      address b/lo 192.0.2.1/32`;
    const graph = graphOfLines(`${shared}\n address b/eth0 10.0.0.2/24`);
    assert.deepEqual([addressOf(graph, "a", "b"), addressOf(graph, "b", "a")], ["10.0.0.2", "10.0.0.1"]);
    const { reaches, stop } = reach(graphOfLines(shared), "a", "b");
    assert.deepEqual([reaches, stop?.code], [false, "own-address"]);
    assert.equal(stop?.why, "a has 192.0.2.1 itself, so it cannot reach b by that address.");
    assert.equal(reach(graph, "a", "192.0.2.1").reaches, true);
    assert.equal(reach(graph, "a", "a").reaches, true);
  });

  it("reaches no host that another one answers for", () => {
    const lines = `
      cable a/eth0 r/eth0
      cable b/eth0 r/eth1
      address a/eth0 10.0.1.2/24
      address r/eth0 10.0.1.1/24
      address r/eth1 10.0.2.1/24
      address b/eth0 10.0.2.2/24
      route a default 10.0.1.1
      route b default 10.0.2.1
      sysctl r net.ipv4.ip_forward 1`;
    assert.equal(reach(graphOfLines(lines), "a", "b").reaches, true);
    const stolen = graphOfLines(`${lines}\n address r/lo 10.0.2.2/32`);
    const { reaches, stop } = reach(stolen, "a", "b");
    assert.deepEqual([reaches, stop?.code, stop?.host, stop?.device], [false, "other-host", "r", "lo"]);
    assert.equal(stop?.why, "A packet for 10.0.2.2 of b ends at r, which has that address, too.");
    assert.equal(reach(stolen, "a", "10.0.2.2").reaches, true);
    assert.equal(reach(stolen, "a", "10.0.2.2", { target: "b" }).reaches, false);
  });

  it("ends where equal routes send a packet in a circle in more ways than can be followed", () => {
    const equal = (namespace: string, end: number) => ({
      ...{ namespace, destination: "default", nexthops: [1, 2].map((net) => ({ gateway: `10.0.${net}.${end}` })) },
    });
    const graph = labOf({
      namespaces: ["a", "b", "c"].map((name) => ({ name })),
      vethPairs: [
        ...[1, 2].map((net) => ({
          a: { name: `eth${net}`, namespace: "a" },
          b: { name: `eth${net}`, namespace: "b" },
        })),
        { a: { name: "eth3", namespace: "a" }, b: { name: "eth0", namespace: "c" } },
      ],
      addresses: [
        ...[1, 2].flatMap((net) => [
          { namespace: "a", device: `eth${net}`, address: `10.0.${net}.1/24` },
          { namespace: "b", device: `eth${net}`, address: `10.0.${net}.2/24` },
        ]),
        { namespace: "a", device: "eth3", address: "10.0.3.1/24" },
        { namespace: "c", device: "eth0", address: "10.0.3.2/24" },
      ],
      sysctls: ["a", "b"].map((namespace) => ({ namespace, key: "net.ipv4.ip_forward", value: "1" })),
      routes: [{ namespace: "c", destination: "default", gateway: "10.0.3.1" }, equal("a", 2), equal("b", 1)],
    });
    const { reaches, stop } = reach(graph, "c", "192.0.2.1");
    assert.deepEqual([reaches, stop?.code], ["unknown", "routing-loop"]);
  });

  it("says by which route a packet leaves, as `ip route` shows it", () => {
    const graph = graphOfLines(`
      cable a/eth0 b/eth0
      address a/eth0 10.0.0.1/24
      address a/eth0 2001:db8::1/64
      address b/eth0 10.0.0.2/24
      address b/eth0 2001:db8::2/64`);
    const texts = (to: string) => reach(graph, "a", to).there[0]?.decided.map(({ text }) => text);
    assert.ok(texts("10.0.0.2")?.includes("10.0.0.0/24 on link dev eth0"), `${texts("10.0.0.2")}`);
    assert.ok(texts("2001:db8::2")?.includes("2001:db8::/64 on link dev eth0"), `${texts("2001:db8::2")}`);
  });

  it("tells the way there and back, bridges among it", () => {
    const graph = graphOfLines(`
      cable a/eth0 sw/p1
      cable b/eth0 sw/p2
      bridge sw/br0
      port sw/br0 p1
      port sw/br0 p2
      address a/eth0 10.0.0.1/24
      address b/eth0 10.0.0.2/24`);
    const { there, back, source, destination } = reach(graph, "a", "b");
    assert.deepEqual([source, destination], ["10.0.0.1", "10.0.0.2"]);
    const text = (hops: typeof there) => hops.map(({ host, in: from = "", out = "" }) => `${from}>${host}>${out}`);
    assert.deepEqual(text(there), [">a>eth0", "p1>sw>p2", "eth0>b>"]);
    assert.deepEqual(text(back), [">b>eth0", "p2>sw>p1", "eth0>a>"]);
    assert.deepEqual(
      there.flatMap(({ decided }) => decided.map(({ by }) => by)),
      ["route", "neighbor", "bridge", "route"],
    );
  });

  it("guesses nothing of a host that no resource makes", () => {
    const inputs = { a: { name: "eth0", namespace: "a" }, b: { name: "eth0", namespace: "/proc/42/ns/net" } };
    const graph = graphOf(
      resourcesOf([
        written("Namespace", "a", { name: "a" }),
        written("VethPair", "cable", inputs),
        written("Address", "near", { namespace: "a", device: "eth0", address: "10.0.0.1/24" }),
        written("Address", "far", { namespace: "/proc/42/ns/net", device: "eth0", address: "10.0.0.2/24" }),
      ]),
    );
    const { reaches, stop } = reach(graph, "a", "/proc/42/ns/net");
    assert.deepEqual([reaches, stop?.code, stop?.host], ["unknown", "unknown", "/proc/42/ns/net"]);
  });
});

function written(type: string, name: string, inputs: Json): Written {
  return { type: `netns:index:${type}`, urn: `urn:pulumi:lab::labs::netns:index:${type}::${name}`, inputs };
}
