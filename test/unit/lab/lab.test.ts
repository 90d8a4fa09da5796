import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import type { Lab } from "../../../provider/lab/lab";
import { findingsOf } from "../../../provider/model/findings";
import { reach } from "../../../provider/model/reach/reach";
import { checkedLab } from "../../support/inputs/topologyInputs";
import { graphOfLab } from "../../support/model/modelOf";
import { labOf } from "./labOf";

/** A way out for two hosts on a switch. */
const OFFICE = {
  hosts: { r: { forwarding: true } },
  switches: { s1: { hosts: ["h1", "h2", "r"], subnet: "10.0.1.0/24", subnet6: "2001:db8:1::/64" } },
  links: [{ between: ["r", "internet"], subnet: "192.0.2.0/30", subnet6: "2001:db8:2::/64", mtu: 1400 }],
};

const list = ({ topology }: Lab, name: keyof Lab["topology"]) => topology[name];
const routesOf = (lab: Lab, namespace: string) =>
  list(lab, "routes")
    .filter((one) => one.namespace === namespace)
    .map(({ destination, gateway, device }) => `${destination} ${gateway} ${device}`);

describe("the lab of a description", () => {
  const office = labOf(OFFICE);
  const { h1, h2, r, internet } = office.hosts;

  it("has a namespace for each host and switch, cables with devices called as what they lead to, and ports", () => {
    assert.deepEqual(
      list(office, "namespaces").map(({ name }) => name),
      ["s1", "r", "h1", "h2", "internet"],
    );
    assert.deepEqual(list(office, "vethPairs"), [
      ...["h1", "h2", "r"].map((name) => ({ a: { name: "s1", namespace: name }, b: { name, namespace: "s1" } })),
      { a: { name: "internet", namespace: "r", mtu: 1400 }, b: { name: "r", namespace: "internet", mtu: 1400 } },
    ]);
    assert.deepEqual(list(office, "bridges"), [{ namespace: "s1", name: "s1" }]);
    assert.deepEqual(
      list(office, "bridgePorts"),
      ["h1", "h2", "r"].map((device) => ({ namespace: "s1", bridge: "s1", device })),
    );
  });

  it("has addresses of both families with the same digits, and those of a cable in its order", () => {
    assert.match(h1?.ipv4 ?? "", /^10\.0\.1\.\d+$/);
    assert.equal(h1?.ipv6, `2001:db8:1::${h1?.ipv4?.split(".")[3]}`);
    assert.deepEqual(
      [r?.devices[1], internet?.devices[0]],
      [
        { name: "internet", network: "internet:r", ipv4: "192.0.2.1", ipv6: "2001:db8:2::1" },
        { name: "r", network: "internet:r", ipv4: "192.0.2.2", ipv6: "2001:db8:2::2" },
      ],
    );
    const noDad = list(office, "addresses").map((one) => [String(one.address).includes(":"), one.noDad]);
    assert.ok(noDad.every(([is6, isAtOnce]) => is6 === (isAtOnce === true)));
  });

  it("has default routes to the router, which forwards both families and needs none", () => {
    assert.deepEqual(routesOf(office, "h2"), [`default ${r?.ipv4} s1`, `::/0 ${r?.ipv6} s1`]);
    assert.deepEqual(routesOf(office, "internet"), ["default 192.0.2.1 r", "::/0 2001:db8:2::1 r"]);
    assert.deepEqual(routesOf(office, "r"), []);
    assert.deepEqual(list(office, "sysctls"), [
      { namespace: "r", key: "net.ipv4.ip_forward", value: 1 },
      { namespace: "r", key: "net.ipv6.conf.all.forwarding", value: 1 },
    ]);
  });

  it("has nothing to find fault with, and each host reaches each other one", () => {
    const graph = graphOfLab(checkedLab(office.topology));
    assert.deepEqual(findingsOf(graph), []);
    for (const family of ["inet", "inet6"] as const)
      assert.equal(reach(graph, "h1", "internet", { family }).reaches, true);
    assert.notEqual(h1?.ipv4, h2?.ipv4);
  });

  it("gives subnets from names, other ones than those by hand", () => {
    const { networks } = labOf({
      switches: { a: { hosts: ["x"] }, b: { hosts: ["x"] } },
      links: [{ between: ["x", "y"] }],
    });
    const { a, b, "x:y": cable } = networks;
    assert.match(a?.subnet ?? "", /^10\.\d+\.\d+\.0\/24$/);
    assert.match(a?.subnet6 ?? "", /^fd00:0:0:[0-9a-f]+::\/64$/);
    assert.match(cable?.subnet ?? "", /^10\.\d+\.\d+\.0\/30$/);
    assert.equal(new Set([a?.subnet, b?.subnet, cable?.subnet]).size, 3);
    const taken = labOf({ switches: { a: { hosts: ["x"] }, b: { hosts: ["x"], subnet: a?.subnet } } });
    assert.notEqual(taken.networks.a?.subnet, a?.subnet);
  });

  it("has routes between routers by the shortest way, and around hosts that do not forward", () => {
    const ring = (...names: string[]) => names.map((name, index) => [name, names[(index + 1) % names.length] ?? ""]);
    const router = { forwarding: true };
    const lab = labOf({
      hosts: { a: router, b: router, c: router, d: router, e: router },
      links: [...ring("a", "b", "c", "d", "e"), ["a", "x"], ["c", "y"]].map((between) => ({ between })),
      ipv6: false,
    });
    const next = lab.hosts.b?.devices.find(({ name }) => name === "a")?.ipv4;
    const to = (name: string) => lab.networks[name]?.subnet;
    assert.ok(routesOf(lab, "a").includes(`${to("c:y")} ${next} b`), routesOf(lab, "a").join("\n"));
    const graph = graphOfLab(checkedLab(lab.topology));
    assert.equal(reach(graph, "x", "y").reaches, true);
    assert.deepEqual(routesOf(lab, "y").length, 1);
  });

  it("leads a host between two islands of routers into both", () => {
    const router = { forwarding: true };
    const lab = labOf({
      hosts: { r1: router, r2: router },
      links: [
        ["r1", "far1"],
        ["r1", "h"],
        ["h", "r2"],
        ["r2", "far2"],
      ].map((between) => ({ between })),
    });
    const graph = graphOfLab(checkedLab(lab.topology));
    for (const to of ["far1", "far2"]) assert.equal(reach(graph, "h", to).reaches, true);
    assert.equal(reach(graph, "far1", "far2").reaches, false);
  });

  it("takes by hand what is said: devices, addresses, gateways, routes", () => {
    const lab = labOf({
      hosts: {
        r1: { forwarding: true },
        r2: { forwarding: true },
        h: {
          gateway: "r2",
          addresses: ["10.0.1.7"],
          routes: [
            { destination: "198.51.100.0/24", gateway: "r1" },
            { destination: "::/0", gateway: "2001:db8:1::ff" },
          ],
        },
      },
      switches: { s: { hosts: ["r1", "h:eth0", "r2"], subnet: "10.0.1.0/24", subnet6: "2001:db8:1::/64" } },
    });
    const { h, r1, r2 } = lab.hosts;
    assert.deepEqual(h?.devices, [{ name: "eth0", network: "s", ipv4: "10.0.1.7", ipv6: "2001:db8:1::7" }]);
    assert.deepEqual(routesOf(lab, "h"), [
      `198.51.100.0/24 ${r1?.ipv4} eth0`,
      "::/0 2001:db8:1::ff eth0",
      `default ${r2?.ipv4} eth0`,
    ]);
  });

  it("changes one default route, and nothing else, when the gateway is another one", () => {
    const two = (gateway: string) => ({
      hosts: { r1: { forwarding: true }, r2: { forwarding: true }, h: { gateway } },
      switches: { s: { hosts: ["r1", "r2", "h"] } },
      ipv6: false,
    });
    const [one, other] = [labOf(two("r1")).topology, labOf(two("r2")).topology];
    assert.deepEqual({ ...one, routes: [] }, { ...other, routes: [] });
    assert.equal(one.routes.length, 1);
    assert.notDeepEqual(one.routes, other.routes);
    assert.deepEqual(labOf(two("none")).topology.routes, []);
  });

  it("has no routes of its own for labs of routing protocols, and none of a family that is off", () => {
    assert.deepEqual(list(labOf({ ...OFFICE, routing: "none" }), "routes"), []);
    const said = labOf({
      hosts: { r: { forwarding: true }, h: { gateway: "r" } },
      links: [{ between: ["r", "h"] }],
      routing: "none",
    });
    assert.deepEqual(
      said.topology.routes.map(({ namespace, destination }) => [namespace, destination]),
      [
        ["h", "default"],
        ["h", "::/0"],
      ],
    );
    const { hosts, topology } = labOf({
      ...{ switches: { s: { hosts: ["a", "b"], subnet6: "none" } }, links: [{ between: ["a", "c"] }], ipv4: false },
    });
    assert.deepEqual([hosts.b?.ipv4, hosts.b?.ipv6, topology.addresses.length], [undefined, undefined, 2]);
  });

  it("has addresses of loopback devices, to which routers lead, and which keep all else as it is", () => {
    const loopback = { loopback: true };
    const hosts = { r1: { forwarding: true }, r2: { forwarding: true }, h: {} };
    const links = [{ between: ["r1", "r2"] }, { between: ["r2", "h"] }, { between: ["r1", "pc"] }];
    const lab = labOf({
      hosts: { r1: { ...hosts.r1, ...loopback }, r2: hosts.r2, h: { ...loopback, addresses: ["10.255.0.7"] } },
      links,
    });
    assert.deepEqual(lab.hosts.h?.loopback, { ipv4: "10.255.0.7", ipv6: "fd00:0:0:ff00::7" });
    assert.match(lab.hosts.r1?.loopback?.ipv4 ?? "", /^10\.255\.\d+\.\d+$/);
    assert.equal(lab.networks["h:lo"]?.subnet, "10.255.0.7/32");
    assert.ok(list(lab, "addresses").some(({ device, address }) => device === "lo" && address === "10.255.0.7/32"));
    const graph = graphOfLab(checkedLab(lab.topology));
    assert.deepEqual(findingsOf(graph), []);
    for (const [from, to] of [
      ["pc", "h"],
      ["h", "r1"],
      ["r2", "h"],
    ] as const) {
      for (const address of Object.values(lab.hosts[to]?.loopback ?? {}))
        assert.equal(reach(graph, from, address, { target: to }).reaches, true, `${from} ${to} ${address}`);
    }
    const plain = labOf({ hosts, links });
    const more = new Set(Object.values(lab.topology).flatMap((those) => those.map((one) => JSON.stringify(one))));
    const lost = Object.values(plain.topology).flatMap((those) =>
      those.filter((one) => !more.has(JSON.stringify(one))),
    );
    assert.deepEqual([lost, lab.hosts.h?.ipv4], [[], plain.hosts.h?.ipv4]);
    const subnets = { subnet: "192.0.2.0/24", subnet6: "none" };
    const other = labOf({ hosts: { a: loopback }, switches: { s: { hosts: ["a"] } }, loopbacks: subnets });
    assert.match(other.hosts.a?.loopback?.ipv4 ?? "", /^192\.0\.2\./);
    assert.equal(other.hosts.a?.loopback?.ipv6, undefined);
  });

  it("has cables that are down: both ends, or those of a host", () => {
    const { topology } = labOf({
      hosts: { c: { up: false } },
      switches: { s: { hosts: ["a", "c"] } },
      links: [{ between: ["a", "b"], up: false }],
    });
    const down = topology.vethPairs.flatMap(({ a, b }) => [a as Json, b as Json].filter(({ up }) => up === false));
    assert.deepEqual(
      down.map(({ namespace, name }) => `${namespace}/${name}`),
      ["c/s", "a/b", "b/a"],
    );
  });

  it("has the conditions of a link at both ends, by name or by figures or both", () => {
    const qdiscs = (link: Json) => labOf({ links: [{ between: ["a", "b"], link }] }).topology.qdiscs;
    const at = (namespace: string, device: string, netem: Json) => ({ namespace, device, kind: "netem", netem });
    const lte = { delay: "35ms", rate: "12mbit" };
    assert.deepEqual(qdiscs({ preset: "lte" }), [at("a", "b", lte), at("b", "a", lte)]);
    assert.deepEqual(qdiscs({ preset: "lte", rate: "1mbit", loss: "1%" })[0]?.netem, {
      ...lte,
      rate: "1mbit",
      loss: "1%",
    });
    assert.deepEqual(qdiscs({}), []);
    const { topology } = labOf({ switches: { s: { hosts: ["a", "b"], link: { delay: "1ms" } } } });
    assert.equal(topology.qdiscs.length, 4);
    checkedLab(topology);
  });

  it("has switches of Open vSwitch where that is, with checksums from hosts where no module makes them", () => {
    const { topology } = labOf({
      switches: { s: { hosts: ["a"], openvswitch: true, datapath: "netdev" } },
      prefix: "x-",
    });
    assert.deepEqual(topology.ovsBridges, [{ name: "x-s", datapathType: "netdev" }]);
    assert.deepEqual(topology.ovsPorts, [{ bridge: "x-s", name: "x-s-a" }]);
    assert.deepEqual(topology.linkSettings, [{ namespace: "x-a", device: "s", offloads: { tx: false } }]);
    assert.deepEqual(topology.namespaces, [{ name: "x-a" }]);
  });

  it("joins switches to one network", () => {
    const lab = labOf({
      switches: { s1: { hosts: ["a"] }, s2: { hosts: ["b"], subnet: "10.0.1.0/24" } },
      links: [{ between: ["s1", "s2"] }],
    });
    assert.deepEqual(Object.keys(lab.networks), ["s1"]);
    assert.equal(lab.networks.s1?.subnet, "10.0.1.0/24");
    assert.equal(reach(graphOfLab(checkedLab(lab.topology)), "a", "b").reaches, true);
  });

  it("shortens names of devices to what tells them apart", () => {
    const long = (end: string) => `a-host-with-a-long-name-${end}`;
    const { topology } = labOf({ switches: { s: { hosts: [long("1"), long("2")] } } });
    const ports = topology.bridgePorts.map(({ device }) => String(device));
    assert.ok(ports.every((port) => /^a-host-w-[0-9a-z]{6}$/.test(port)));
    assert.equal(new Set(ports).size, 2);
  });

  it("has other addresses for each of a thousand hosts", () => {
    const hosts = Array.from({ length: 1000 }, (_, index) => `h${index}`);
    const { topology } = labOf({
      hosts: { r: { forwarding: true } },
      switches: { s: { hosts: [...hosts, "r"], subnet: "10.0.0.0/16" } },
    });
    assert.equal(new Set(topology.addresses.map(({ address }) => address)).size, 2002);
  });

  it("has a Process for each of a host's processes, in its namespace and by its name, with what is said of it alone", () => {
    const said = { argv: ["httpd", "-f"], ready: { tcp: 80, timeoutMs: 500 }, env: { A: "1" }, stopSignal: "sigint" };
    const processes = { http: said, logger: { argv: ["logger"], cwd: "/", running: false } };
    const lab = labOf({ hosts: { a: { processes } }, links: [{ between: ["a", "b"] }], prefix: "p-" });
    assert.deepEqual(list(lab, "processes"), [
      { namespace: "p-a", name: "http", ...said, stopSignal: "INT" },
      { namespace: "p-a", name: "logger", argv: ["logger"], running: false },
    ]);
  });
});
