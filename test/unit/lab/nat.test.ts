import assert from "node:assert/strict";
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
    };
    const links = ["a", "b", "c", "d"].map((name) => ({ between: [name, "e"] }));
    assert.deepEqual(wrongIn({ hosts, links }), [
      "hosts.a.firewall: must be one of none, blockInbound, corporate, captivePortal, or chains of nft(8)",
      "hosts.b.firewall: has a `{` that is not closed",
      "hosts.c.nat: needs `gateway`, the host to which it is outside",
      "hosts.d.nat6: is for a router: give the host `forwarding: true`",
    ]);
  });
});
