import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import { type LabFixture, labSuite } from "../../support/suites/labSuite";
import { needs } from "../../support/suites/needs";
import { until } from "../../support/suites/until";

const ROUTER = { forwarding: true };

/** What each router does that has a host behind it; two servers are outside. */
const ROUTERS: Record<string, Json> = {
  home: { nat: "home" },
  home2: { nat: "home" },
  symmetric: { nat: "symmetric" },
  fullCone: { nat: "fullCone" },
  cgnat: { nat: "cgnat" },
  cgnat2: { nat: "cgnat" },
  open: { firewall: "none" },
  blockInbound: { firewall: "blockInbound" },
  corporate: { firewall: "corporate" },
  captivePortal: { firewall: "captivePortal" },
  masquerade: { nat6: "masquerade" },
  prefix: { nat6: "prefix" },
  prefixBlocked: { nat6: "prefix", firewall: "blockInbound" },
};

/** What fits through: to one server less than the hosts inside send, and to them less than the other server sends. */
const MTU = { narrow: 1280, inside: 1300, wide: 1400 };
const words = Object.keys(ROUTERS);
const described = {
  hosts: {
    ...Object.fromEntries(words.map((word) => [`r-${word}`, { ...ROUTER, gateway: "isp", ...ROUTERS[word] }])),
    isp: ROUTER,
  },
  links: [
    ...words.map((word) => ({ between: ["isp", `r-${word}`] })),
    ...words.map((word) => ({ between: [`r-${word}`, word], mtu: MTU.inside })),
    { between: ["isp", "s1"], mtu: MTU.wide },
    { between: ["isp", "s2"], mtu: MTU.narrow },
  ],
};

interface Type {
  /** By which addresses and ports two servers see one socket of it. */
  seen: { address: string; port: number }[];
  /** Who else gets in by that. */
  got: string[];
}

const OTHERS = ["other port", "other server"];
/** By RFC 4787: whether the two see one port, and who gets in. */
const TYPES: Record<string, { ports: number; got: string[] }> = {
  home: { ports: 1, got: [] },
  symmetric: { ports: 2, got: [] },
  fullCone: { ports: 1, got: OTHERS },
  cgnat: { ports: 1, got: [] },
};
const TYPES6 = { masquerade: [], prefix: OTHERS, prefixBlocked: [] };

/** Whether the two hosts come to hear each other. */
const PAIRS = {
  "home,home2": true,
  "home,symmetric": false,
  "symmetric,fullCone": true,
  "cgnat,home": true,
  "cgnat,cgnat2": true,
};

const ALL = ["tcp 22", "tcp 443", "tcp 80", "udp 443", "udp 53", "udp 7000"];
const FILTERS: Record<string, { out: string[]; in?: string[] }> = {
  open: { out: ALL, in: ALL },
  blockInbound: { out: ALL },
  corporate: { out: ["tcp 443", "tcp 80", "udp 53"] },
  captivePortal: { out: ["tcp 22", "tcp 443", "tcp 80", "udp 53"] },
};

labSuite("A lab's routers", (fixture) => {
  let lab: Awaited<ReturnType<LabFixture["make"]>>;
  const outside = (host: string, key: "ipv4" | "ipv6") =>
    lab.hosts[host]?.devices.find(({ name }) => name === "isp")?.[key];
  const servers = (key: "ipv4" | "ipv6") => ["s1", "s2"].map((name) => `${name}=${lab.hosts[name]?.[key]}`);

  before(async function () {
    needs("root", "nft").call(this);
    lab = await fixture.make(described);
  });

  it("have the type of NAT that they say, by what two servers outside see and send", async () => {
    const found = await fixture.finds<Record<string, Type>>(
      "natTypes.mjs",
      "5000",
      ...servers("ipv4"),
      ...Object.keys(TYPES),
    );
    for (const [nat, { ports, got }] of Object.entries(TYPES)) {
      const { seen = [], ...type } = found[nat] ?? {};
      assert.deepEqual([nat, new Set(seen.map(({ port }) => port)).size, type], [nat, ports, { got }]);
      const address = outside(nat === "cgnat" ? "r-cgnat-carrier" : `r-${nat}`, "ipv4");
      assert.deepEqual(
        seen.map((one) => one.address),
        [address, address],
      );
    }
  });

  it("have their own IPv6 address for what is behind them, or other prefixes without a state", async () => {
    const words = ["natTypes.mjs", "5000", ...servers("ipv6"), ...Object.keys(TYPES6)];
    const found = await fixture.finds<Record<string, Type>>(...(words as [string]));
    for (const [nat6, got] of Object.entries(TYPES6)) {
      const router = `r-${nat6}`;
      const address = nat6 === "masquerade" ? outside(router, "ipv6") : lab.hosts[nat6]?.outside6?.[router];
      const mapped = { address, port: 5001 };
      assert.deepEqual([nat6, found[nat6]], [nat6, { seen: [mapped, mapped], got }]);
    }
  });

  it("pass on what tells of packets that are too big, with the addresses that each side knows", async () => {
    const { prefix: pc, s2 } = lab.hosts;
    for (const [from, to = "", mtu] of [
      ["prefix", s2?.ipv6, MTU.narrow],
      ["s1", pc?.outside6?.["r-prefix"], MTU.inside],
    ] as const) {
      const inHost = ["ip", "netns", "exec", from];
      await until(`the MTU of the way from ${from}`, async () => {
        await fixture.host.tryRun([...inHost, "ping", "-c1", "-w1", "-Mdo", `-s${mtu - 40}`, to]);
        return (await fixture.host.run([...inHost, "ip", "-6", "route", "get", to])).includes(` mtu ${mtu} `);
      });
    }
  });

  it("let hosts behind two of them meet, or not, as the pair of types says", async () => {
    const [server = ""] = servers("ipv4");
    const found = await fixture.finds("holePunch.mjs", "6000", server, ...Object.keys(PAIRS));
    assert.deepEqual(
      found,
      Object.fromEntries(Object.entries(PAIRS).map(([pair, isHeard]) => [pair, [isHeard, isHeard]])),
    );
  });

  it("let through what their firewalls say, by tcp and udp of both families and in both directions", async () => {
    const ends = ["s1", ...Object.keys(FILTERS)].map(
      (name) => `${name}=${lab.hosts[name]?.ipv4},${lab.hosts[name]?.ipv6}`,
    );
    const found = await fixture.finds("passes.mjs", "8000", ...ends);
    const families = (text: string) => ["ipv4", "ipv6"].map((family) => `${text} ${family}`);
    const wanted = Object.entries(FILTERS).map(([name, { out, in: into = [] }]) => {
      const both = [...into.map((what) => `in ${what}`), ...out.map((what) => `out ${what}`)];
      return [name, both.flatMap(families)];
    });
    assert.deepEqual(found, Object.fromEntries(wanted));
  });

  it("are as they were made after all that packets have left in them", async () => {
    assert.ok(await lab.isAsMade());
  });
});
