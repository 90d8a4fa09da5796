import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import { labSuite } from "../../support/suites/labSuite";
import { needs } from "../../support/suites/needs";

const ROUTER = { forwarding: true };

/** A host at home and two servers outside. */
const behind = (router: Json) => ({
  hosts: { r: { ...ROUTER, gateway: "isp", ...router }, isp: ROUTER },
  links: [...["r", "s1", "s2"].map((name) => ({ between: ["isp", name] })), { between: ["r", "pc"] }],
});

/** By RFC 4787: whether two servers see one port of a host, and who else gets in by that. */
const TYPES = {
  home: { ports: 1, got: [] },
  symmetric: { ports: 2, got: [] },
  fullCone: { ports: 1, got: ["other port", "other server"] },
};

/** Two hosts, each behind a router of its own, and a server that tells each of them of the other one. */
const pair = (one: string, other: string) => ({
  hosts: { r1: { ...ROUTER, gateway: "isp", nat: one }, r2: { ...ROUTER, gateway: "isp", nat: other }, isp: ROUTER },
  links: ["isp r1", "isp r2", "isp s", "r1 pc1", "r2 pc2"].map((ends) => ({ between: ends.split(" ") })),
});

/** Whether the two hosts come to hear each other. */
const PAIRS: [one: string, other: string, isHeard: boolean][] = [
  ["home", "home", true],
  ["home", "symmetric", false],
  ["symmetric", "fullCone", true],
];

interface Found {
  seen: { address: string; port: number }[];
  got: string[];
}

labSuite("A lab's router that translates", (fixture) => {
  before(needs("nft"));

  it("has the type of NAT that it says, by what two servers outside see and send", async () => {
    const lab = await fixture.make(behind({}));
    for (const [index, [nat, { ports, got }]] of Object.entries(TYPES).entries()) {
      await lab.become(behind({ nat }));
      const servers = ["s1", "s2"].map((name) => `${name}=${lab.hosts[name]?.ipv4}`);
      // What a connection was translated by stays as long as it does: another one each time.
      const found = await fixture.finds<Found>("natTypes.mjs", String(5000 + 10 * index), "pc", ...servers);
      const outside = lab.hosts.r?.devices.find(({ name }) => name === "isp")?.ipv4;
      assert.deepEqual(
        found.seen.map(({ address }) => address),
        [outside, outside],
      );
      assert.deepEqual([nat, new Set(found.seen.map(({ port }) => port)).size, found.got], [nat, ports, got]);
      // What packets have put into the map is no change.
      assert.deepEqual(await fixture.provider.read("Topology", "lab0", lab.recorded), lab.recorded);
    }
  });

  it("lets hosts behind two of them meet, or not, as the pair of types says", async () => {
    const lab = await fixture.make(pair("none", "none"));
    for (const [index, [one, other, isHeard]] of PAIRS.entries()) {
      await lab.become(pair(one, other));
      const words = [String(5000 + index), "pc1", "pc2", `s=${lab.hosts.s?.ipv4}`];
      const found = await fixture.finds<boolean[]>("holePunch.mjs", ...words);
      assert.deepEqual([one, other, found], [one, other, [isHeard, isHeard]]);
    }
  });

  const FILTERS = {
    none: { out: ["tcp 22", "tcp 443", "tcp 80", "udp 443", "udp 53", "udp 7000"], isOpen: true },
    blockInbound: { out: ["tcp 22", "tcp 443", "tcp 80", "udp 443", "udp 53", "udp 7000"] },
    corporate: { out: ["tcp 443", "tcp 80", "udp 53"] },
    captivePortal: { out: ["tcp 22", "tcp 443", "tcp 80", "udp 53"] },
  };

  it("lets through what its firewall says, by tcp and udp of both families and in both directions", async () => {
    const lab = await fixture.make(behind({}));
    for (const [index, [firewall, filter]] of Object.entries(FILTERS).entries()) {
      await lab.become(behind({ firewall }));
      const ends = ["pc", "s1"].map((name) => `${name}=${lab.hosts[name]?.ipv4},${lab.hosts[name]?.ipv6}`);
      const found = await fixture.finds<string[]>("passes.mjs", String(8000 + 100 * index), ...ends);
      const ways = "isOpen" in filter ? ["in", "out"] : ["out"];
      const all = ways.flatMap((way) =>
        filter.out.flatMap((what) => ["ipv4", "ipv6"].map((family) => `${way} ${what} ${family}`)),
      );
      assert.deepEqual([firewall, found], [firewall, all]);
    }
  });
});
