import assert from "node:assert/strict";
import { instance } from "@viz-js/viz";
import type { Json } from "../../../../provider/core/values";
import { type Graph, graphOf } from "../../../../provider/model/graph";
import { pictures } from "../../../../provider/model/picture/picture";
import { resourcesOf } from "../../../../provider/model/resources";
import { star } from "../../../support/inputs/star";

function lab(inputs: Json): Graph {
  const type = "netns:index:Topology";
  return graphOf(resourcesOf([{ type, urn: `urn:pulumi:lab::labs::${type}::lab`, inputs }]));
}

/** All values of an attribute, in their order. */
function valuesOf(svg: string, attribute: string): string[] {
  return [...svg.matchAll(new RegExp(` ${attribute}="([^"]*)"`, "g"))].map(([, value = ""]) => value);
}

const formats = Object.keys(pictures) as (keyof typeof pictures)[];

describe("the picture of a lab", () => {
  it("has each host, device and cable where a page finds it", async () => {
    const svg = await pictures.svg(lab(star(2)));
    const hosts = [...svg.matchAll(/<g class="host" data-host="([^"]*)"/g)].map(([, host]) => host);
    assert.deepEqual(hosts, ["h1", "h2", "switch"]);
    assert.deepEqual(valuesOf(svg, "data-device").sort(), ["eth0", "eth0", "p1", "p2"]);
    assert.deepEqual(valuesOf(svg, "data-cable"), ["h1/eth0 switch/p1", "h2/eth0 switch/p2"]);
  });

  it("is the same in whatever order a program makes its parts", async () => {
    const { namespaces, vethPairs, addresses } = star(5);
    const turned = {
      namespaces: [...namespaces].reverse(),
      vethPairs: [...vethPairs].reverse(),
      addresses: [...addresses].reverse(),
    };
    for (const format of formats) {
      assert.equal(await pictures[format](lab(turned)), await pictures[format](lab(star(5))), format);
    }
  });

  it("draws hosts that are alike as one, unless it is told not to", async () => {
    const hostsOf = (svg: string) => svg.match(/<g class="host"/g)?.length;
    const folded = await pictures.svg(lab(star(100)));
    assert.equal(hostsOf(folded), 2);
    for (const text of ["h1 … h100", "p1 … p100", "10.0.0.1/16 … 10.0.0.100/16", "× 100"]) {
      assert.ok(folded.includes(`>${text}</`), text);
    }
    assert.equal(hostsOf(await pictures.svg(lab(star(100)), { all: true })), 101);
  });

  it("does not take for alike what is not: another prefix, a device that is down, a host with another cable", async () => {
    const { addresses, vethPairs, namespaces } = star(20, { 3: { up: false } });
    const svg = await pictures.svg(
      lab({
        namespaces,
        vethPairs: [...vethPairs, { a: { namespace: "h5", name: "eth1" }, b: { namespace: "h6", name: "eth1" } }],
        addresses: addresses.map((one, index) => (index === 6 ? { ...one, address: "10.0.0.7/24" } : one)),
      }),
    );
    const titles = [...svg.matchAll(/class="title"[^>]*>([^<]*)/g)].map(([, title]) => title);
    assert.deepEqual(titles, ["h1 … h20", "h3", "h5", "h6", "h7", "switch"]);
  });

  it("shows what a change adds, changes and removes, by a sign as well as by colour", async () => {
    const after = { ...star([1, 2, 4]), sysctls: [{ namespace: "h2", key: "net.ipv4.ip_forward", value: "1" }] };
    const svg = await pictures.svg(lab(after), { before: lab(star(3)) });
    for (const [change, title] of [
      ["added", "+ h4"],
      ["removed", "− h3"],
      ["changed", "~ h2"],
    ]) {
      assert.match(
        svg,
        new RegExp(`<g class="host ${change}"[^>]*>\\s*<rect[^>]*>\\s*<text[^>]*>${title?.replace("+", "\\+")}<`),
      );
    }
    assert.match(svg, />\+ net.ipv4.ip_forward = 1</);
    assert.doesNotMatch(svg, /> ?[~+−] h1</);
    assert.match(await pictures.mermaid(lab(after), { before: lab(star(3)) }), /subgraph h\d+\["\+ h4"\]/);
    assert.match(await pictures.dot(lab(after), { before: lab(star(3)) }), /label="− h3"/);
  });

  it("has no sign where nothing changes", async () => {
    const same = { before: lab(star(3)) };
    assert.equal(await pictures.svg(lab(star(3)), same), await pictures.svg(lab(star(3))));
  });

  it("takes no name for markup", async () => {
    const name = `<script>alert("1")</script>&'\\]}--><br>\u0007\n%%{init`;
    const hostile = lab({
      namespaces: [{ name }, { name: "b" }],
      vethPairs: [{ a: { namespace: name, name: `"<&'\\` }, b: { namespace: "b", name: "]];-->" } }],
      addresses: [{ namespace: name, device: `"<&'\\`, address: "</text>" }],
      bridges: [{ namespace: "b", name: "</svg>" }],
    });
    const svg = await pictures.svg(hostile);
    assert.doesNotMatch(svg, /<script|<br/);
    assert.ok(!svg.includes("\u0007"));
    assert.equal(svg.match(/<\/svg>/g)?.length, 1);
    assert.deepEqual([...new Set([...svg.matchAll(/<\/?([a-z]+)/g)].map(([, tag]) => tag))].sort(), [
      "g",
      "path",
      "rect",
      "style",
      "svg",
      "text",
      "tspan",
    ]);
    const mermaid = await pictures.mermaid(hostile);
    assert.doesNotMatch(mermaid.replaceAll("<br>", " "), /<|%%|"[^"\n]*[\]}<>][^"\n]*"/);
    const viz = await instance();
    assert.equal(viz.render(await pictures.dot(hostile)).status, "success");
  });

  it("shows bridges, VLANs, tunnels, routers and what is down", async () => {
    const svg = await pictures.svg(
      lab({
        namespaces: ["a", "b"].map((namespace) => ({ name: namespace })),
        bridges: [{ namespace: "a", name: "br0", vlanFiltering: true }],
        vethPairs: [{ a: { namespace: "a", name: "p1" }, b: { namespace: "b", name: "eth0", up: false, mtu: 1400 } }],
        bridgePorts: [{ namespace: "a", bridge: "br0", device: "p1", vlans: [{ vid: 10, pvid: true }] }],
        addresses: [
          { namespace: "a", device: "br0", address: "192.0.2.1/24" },
          { namespace: "b", device: "eth0", address: "192.0.2.2/24" },
        ],
        vxlans: [
          { namespace: "a", name: "vx0", vni: 42, local: "192.0.2.1", remote: "192.0.2.2" },
          { namespace: "b", name: "vx0", vni: 42, local: "192.0.2.2", remote: "192.0.2.1" },
        ],
        routes: [{ namespace: "b", destination: "::/0", gateway: "2001:db8::1", table: 7 }],
        sysctls: [{ namespace: "a", key: "net.ipv4.ip_forward", value: "1" }],
      }),
    );
    for (const text of [
      "bridge",
      "vlan 10 pvid",
      "vxlan 42",
      "router",
      "down",
      "mtu 1400",
      "default via 2001:db8::1 table 7",
    ]) {
      assert.ok(svg.includes(`>${text}</`), text);
    }
    assert.deepEqual(valuesOf(svg, "data-cable"), ["a/p1 b/eth0", "a/vx0 b/vx0 tunnel"]);
    assert.match(svg, /<g class="cable down"/);
  });
});
