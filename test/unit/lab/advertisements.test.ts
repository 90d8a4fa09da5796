import assert from "node:assert/strict";
import { labOf, wrongIn } from "./labOf";

const router = { forwarding: true };
const lan = (...hosts: string[]) => ({ hosts, routerAdvertisements: true });

describe("a network whose routers advertise themselves", () => {
  const said = {
    hosts: { r: router, q: router, held: { gateway: "q" }, both: {} },
    switches: {
      lan: lan("r", "q", "h", "held"),
      other: { hosts: ["r", "both"] },
      trunk: { vlans: { 10: lan("r", "x") } },
      wide: lan("q", "both"),
    },
    links: [
      { between: ["r", "far"], routerAdvertisements: true },
      { between: ["trunk", "y"], vlans: [10] },
    ],
  };
  const { topology, hosts } = labOf(said);
  const has = (list: "addresses" | "routes" | "sysctls", namespace: string) =>
    topology[list].filter((one) => one.namespace === namespace);

  it("has no static IPv6 address and default route of hosts, and tells what they will have", () => {
    for (const name of ["h", "x", "y", "far"]) {
      assert.deepEqual(has("addresses", name).length, 1, name);
      assert.deepEqual(
        has("routes", name).map(({ destination }) => destination),
        ["default"],
      );
      const { a, b } =
        topology.vethPairs.find(({ a, b }) =>
          [a, b].some((end) => (end as { namespace: string }).namespace === name),
        ) ?? {};
      const { mac } = [a, b].find((end) => (end as { namespace: string }).namespace === name) as { mac: string };
      const [first = "", ...bytes] = mac.split(":");
      assert.equal(first, "02");
      const groups = [`${bytes[0]}`, `${bytes[1]}ff`, `fe${bytes[2]}`, `${bytes[3]}${bytes[4]}`];
      const end = groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":");
      assert.ok(hosts[name]?.ipv6?.endsWith(`:${end}`), `${mac} ${hosts[name]?.ipv6}`);
    }
  });

  it("has one process for each router, with all devices by which it leads on", () => {
    assert.deepEqual(
      topology.processes.map(({ namespace, argv }) => [
        namespace,
        (argv as string[]).filter((word) => word.startsWith("--interface")),
      ]),
      [
        ["r", ["--interface=lan", "--interface=trunk", "--interface=far"]],
        ["q", ["--interface=lan", "--interface=wide"]],
      ],
    );
  });

  it("is not heard by a host with a gateway by hand, and gives none a second default route", () => {
    const keys = (name: string) =>
      has("sysctls", name).map(({ device, key }) => `${device} ${String(key).split(".").at(-1)}`);
    assert.deepEqual(keys("held"), ["lan accept_ra"]);
    assert.deepEqual(keys("both"), ["wide accept_ra_defrtr"]);
    assert.deepEqual(keys("h"), ["lan ra_defrtr_metric"]);
    assert.deepEqual(
      has("routes", "held").map(({ destination }) => destination),
      ["default", "::/0"],
    );
    for (const { device, onLink } of has("routes", "both").filter(({ gateway }) => String(gateway).includes(":")))
      assert.equal(onLink, device === "wide" ? true : undefined);
  });

  it("is refused where nobody could send, or hosts could make no address", () => {
    const needs = "needs a router that leads on from there: a host with `forwarding: true`";
    assert.deepEqual(
      wrongIn({
        hosts: { r: router },
        switches: {
          a: lan("x"),
          b: { ...lan("r", "y"), subnet6: "2001:db8::/80" },
          c: { ...lan("r"), subnet6: "none" },
        },
        links: [{ between: ["a", "z"], routerAdvertisements: true }],
      }).sort(),
      [
        "links[0].routerAdvertisements: is that of the switch: say it there",
        `switches.a.routerAdvertisements: ${needs}`,
        "switches.b.routerAdvertisements: needs `subnet6` of length 64 (RFC 4862)",
        "switches.c.routerAdvertisements: needs an IPv6 subnet",
      ],
    );
  });
});
