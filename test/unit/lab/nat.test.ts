import assert from "node:assert/strict";
import { numberIn, parseSubnet, type Subnet } from "../../../provider/core/subnet";
import { findingsOf } from "../../../provider/model/findings";
import { checkedLab } from "../../support/inputs/topologyInputs";
import { graphOfLab } from "../../support/model/modelOf";
import { labOf, wrongIn } from "./labOf";

const home = (router: object) => ({
  hosts: { r: { forwarding: true, gateway: "isp", ...router }, isp: { forwarding: true } },
  switches: { lan: { hosts: ["pc", "r"] } },
  links: [{ between: ["r", "isp"] }, { between: ["isp", "server"] }],
});

describe("a router that translates", () => {
  it("has a table for each family on the device to its gateway, and nobody outside has a route behind it", () => {
    const { topology, networks, hosts } = labOf(home({ nat: "home", nat6: "masquerade" }));
    const named = topology.firewalls.map(({ namespace, name }) => `${namespace} ${name}`);
    assert.deepEqual(named, ["r lab-nat", "r lab-nat6"]);
    assert.match(String(topology.firewalls[0]?.rules), /meta nfproto ipv4 oifname "isp" masquerade/);
    const { subnet, subnet6 } = networks.lan ?? {};
    assert.deepEqual(
      topology.routes.filter(({ destination }) => [subnet, subnet6].includes(String(destination))),
      [],
    );
    const pc = topology.routes.filter(({ namespace }) => namespace === "pc");
    assert.deepEqual(
      pc.map(({ gateway }) => gateway),
      [hosts.r?.devices[0]?.ipv4, hosts.r?.devices[0]?.ipv6],
    );
    const open = labOf(home({})).topology.routes;
    assert.equal(open.filter(({ destination }) => [subnet, subnet6].includes(String(destination))).length, 2);
  });

  for (const router of [
    { nat: "fullCone" },
    { nat: "symmetric" },
    { nat: "cgnat" },
    { nat6: "prefix" },
    { firewall: "blockInbound" },
    { firewall: "corporate" },
    { firewall: "captivePortal" },
  ]) {
    it(`is of elements that Topology takes: ${JSON.stringify(router)}`, () => {
      const inputs = checkedLab(labOf(home(router)).topology);
      const found = findingsOf(graphOfLab(inputs)).filter(({ level }) => level === "error");
      assert.deepEqual(found, []);
    });
  }

  it("is two of them with cgnat, between which are the addresses of carriers, and IPv6 is as without", () => {
    const { topology, networks, hosts } = labOf({ ...home({ nat: "cgnat" }), links: [{ between: ["r:wan", "isp"] }] });
    assert.match(networks["r:r-carrier"]?.subnet ?? "", /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.\d+\/30$/);
    assert.deepEqual(
      [Object.keys(networks), hosts.r?.devices.map(({ name }) => name)],
      [
        ["lan", "isp:r-carrier", "r:r-carrier"],
        ["lan", "wan"],
      ],
    );
    assert.deepEqual(
      topology.firewalls.map(({ namespace, rules }) => [namespace, /[io]ifname "([^"]+)"/.exec(String(rules))?.[1]]),
      [
        ["r", "wan"],
        ["r-carrier", "isp"],
      ],
    );
    const fromIsp = topology.routes
      .filter(({ namespace }) => namespace === "isp")
      .map(({ destination }) => destination);
    assert.deepEqual([fromIsp.includes(networks.lan?.subnet6), fromIsp.includes(networks.lan?.subnet)], [true, false]);
    const taken = { ...home({ nat: "cgnat" }), switches: { lan: { hosts: ["r", "r-carrier"] } } };
    assert.deepEqual(wrongIn(taken), [
      "hosts.r.nat: makes a router `HOST-carrier`, and there is one of that name already",
    ]);
  });

  it("has other prefixes for what is behind it outside, whose words have the same sum, and routes there lead to it", () => {
    const inner = { inner: { forwarding: true, gateway: "r", nat6: "prefix" } };
    const { hosts: said, ...rest } = home({ nat6: "prefix" });
    const links = [...rest.links, { between: ["r", "inner"] }, { between: ["inner", "deep"] }];
    const { topology, hosts, networks } = labOf({ ...rest, links, hosts: { ...said, ...inner } });
    const words = (address = "") => (parseSubnet(`${address}/128`)?.first ?? 0n).toString(16).match(/.{4}/g) ?? [];
    const sum = (address?: string) => words(address).reduce((all, word) => all + Number.parseInt(word, 16), 0) % 0xffff;
    for (const [name, routers] of [
      ["pc", ["r"]],
      ["deep", ["inner", "r"]],
    ] as const) {
      const { ipv6, outside6 = {} } = hosts[name] ?? {};
      assert.deepEqual(Object.keys(outside6), routers);
      for (const address of Object.values(outside6)) {
        assert.match(address, /^3fff:/);
        assert.deepEqual([words(address).slice(3), sum(address)], [words(ipv6).slice(3), sum(ipv6)]);
      }
    }
    const of = (namespace: string) =>
      topology.routes.filter((one) => one.namespace === namespace).map(({ destination }) => String(destination));
    const from = (address = "") => of("isp").some((one) => numberIn(parseSubnet(one) as Subnet, address) !== undefined);
    assert.deepEqual(
      [from(hosts.pc?.outside6?.r), from(hosts.deep?.outside6?.r), from(hosts.pc?.ipv6)],
      [true, true, false],
    );
    assert.ok(!of("isp").includes(networks.lan?.subnet6 ?? ""));
    assert.deepEqual(
      findingsOf(graphOfLab(checkedLab(topology))).filter(({ level }) => level === "error"),
      [],
    );
  });

  it("takes chains of one's own, and is told what is wrong with them and with words", () => {
    const chain = "chain forward { type filter hook forward priority filter; policy drop; }";
    assert.deepEqual(labOf(home({ firewall: chain })).topology.firewalls, [
      { namespace: "r", name: "lab-firewall", rules: chain },
    ]);
    const router = { forwarding: true };
    const hosts = {
      a: { ...router, firewall: "corprate", gateway: "e" },
      b: { ...router, firewall: "chain x {" },
      c: { ...router, nat: "home" },
      d: { nat6: "masquerade", gateway: "e" },
      f: { ...router, nat: "cgnat" },
      g: { ...router, nat6: "prefix", gateway: "e" },
    };
    const links = ["a", "b", "c", "d", "f", "g"].map((name) => ({ between: [name, "e"] }));
    assert.deepEqual(wrongIn({ hosts, links: [...links, { between: ["g", "h"], subnet6: "2001:d00::/40" }] }), [
      "hosts.a.firewall: must be one of none, blockInbound, corporate, captivePortal, or chains of nft(8)",
      "hosts.b.firewall: has a `{` that is not closed",
      "hosts.c.nat: needs `gateway`, the host to which it is outside",
      "hosts.d.nat6: is for a router: give the host `forwarding: true`",
      "hosts.f.nat: needs `gateway`, the host to which it is outside",
      "hosts.g.nat6: needs IPv6 subnets behind the router whose prefix length is at least 48",
    ]);
  });
});
