import assert from "node:assert/strict";
import { checks, findingsOf } from "../../../provider/model/findings";
import { reach } from "../../../provider/model/reach/reach";
import { graphOfLines } from "../../support/inputs/labLines";
import { WORKING_LABS } from "../../support/inputs/workingLabs";
import { sections } from "../../support/model/findingsPage";
import { graphOfLab } from "../../support/model/modelOf";

describe("the findings", () => {
  const page = sections();

  it("have a section each in docs/findings.md, in their order and with their level", () => {
    assert.deepEqual(
      page.map(({ code, level }) => [code, level]),
      checks.map(({ code, level }) => [code, level]),
    );
  });

  for (const { code, wrong, right, level, command } of page) {
    it(`${code}: the wrong program has it and no other, the right one none`, () => {
      const codes = findingsOf(graphOfLab(wrong)).map((finding) => finding.code);
      assert.deepEqual([...new Set(codes)], [code]);
      assert.deepEqual(findingsOf(graphOfLab(right)), []);
      assert.equal(command !== undefined, level === "error");
    });
  }

  it("blame no VLAN where the port is down", () => {
    const [{ right } = { right: {} }] = page.filter(({ code }) => code === "vlan-not-carried");
    const linkSettings = [{ namespace: "sw", device: "h1", up: false }];
    assert.deepEqual(findingsOf(graphOfLab({ ...right, linkSettings })), []);
  });

  for (const { code, how, lab } of WORKING_LABS) {
    it(`${code}: there is none where ${how}`, () => {
      assert.deepEqual(findingsOf(graphOfLines(lab)), []);
    });
  }

  it("name the setting by which a router does not forward, as reach does", () => {
    const graph = graphOfLines(`
      cable a/eth0 r/left
      cable b/eth0 r/right
      address a/eth0 10.0.1.2/24
      address r/left 10.0.1.1/24
      address r/right 10.0.2.1/24
      address b/eth0 10.0.2.2/24
      route a default 10.0.1.1
      route b default 10.0.2.1
      sysctl r net.ipv4.ip_forward 1
      sysctl r net.ipv4.conf.left.forwarding 0`);
    const found = findingsOf(graph).map(({ code, todo }) => [code, todo]);
    assert.deepEqual(found, [["router-without-forwarding", "Set `net.ipv4.conf.left.forwarding` to 1 in r."]]);
    assert.match(findingsOf(graph)[0]?.what ?? "", /^a sends through r to default, /);
    assert.equal(reach(graph, "a", "10.0.2.2").stop?.todo, "Set net.ipv4.conf.left.forwarding to 1 on r.");
  });

  it("say of a link-local gateway that it is missing only if the MAC addresses there are known", () => {
    const lab = (mac: string) => `
      cable a/eth0 r/eth0 ${mac}
      address a/eth0 2001:db8::2/64
      route a 2001:db8:9::/64 fe80::ff:fe00:7 {"device":"eth0"}`;
    const codes = (mac: string) => findingsOf(graphOfLines(lab(mac))).map(({ code }) => code);
    assert.deepEqual(codes('{"b":{"mac":"02:00:00:00:00:08"}}'), ["gateway-missing"]);
    assert.deepEqual(codes(""), []);
  });
});
