import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import { Losses, setUpWith } from "../../../provider/lifecycle/losses";
import { kinds } from "../../../provider/resources";

const kind = (type: string) => kinds.find((one) => one.type === type) ?? assert.fail(type);

/** Things by their names, each with what the kernel shows of it as far as it matters here. */
const THINGS: Record<string, [type: string, state: Json]> = {
  net: ["Namespace", { name: "a" }],
  pair: ["VethPair", { a: { namespace: "a", name: "eth0", up: true, mtu: 1500 }, b: { namespace: "b", name: "p0" } }],
  port: ["BridgePort", { namespace: "b", bridge: "br0", device: "p0" }],
  first: ["Address", { namespace: "a", device: "eth0", address: "10.0.0.1/24", family: "inet" }],
  second: ["Address", { namespace: "a", device: "eth0", address: "10.0.1.1/24", family: "inet" }],
  six: ["Address", { namespace: "a", device: "eth0", address: "2001:db8::1/64", family: "inet6" }],
  route: ["Route", { namespace: "a", destination: "default", gateway: "10.0.0.9", device: "eth0", family: "inet" }],
  from: ["Route", { namespace: "a", destination: "10.9.0.0/16", device: "lo", source: "10.0.1.1", family: "inet" }],
  several: [
    "Route",
    {
      ...{ namespace: "a", destination: "10.8.0.0/16", family: "inet" },
      nexthops: [
        { gateway: "10.0.0.9", device: "eth0" },
        { gateway: "10.2.0.9", device: "eth1" },
      ],
    },
  ],
  waits: ["Route", { namespace: "a", destination: "10.7.0.0/16", device: "eth1", family: "inet", waiting: true }],
  peer: ["Neighbor", { namespace: "a", device: "eth0", address: "10.0.0.9", family: "inet", proxy: false }],
  key: ["Sysctl", { namespace: "a", key: "net.ipv6.conf.eth0.accept_ra", value: "0" }],
  root: ["Qdisc", { namespace: "a", device: "eth0", parent: "root", handle: "1:" }],
  leaf: ["Qdisc", { namespace: "a", device: "eth0", parent: "1:1", handle: "2:" }],
  wall: ["Firewall", { namespace: "a", ruleset: 'iif { "lo", "eth0" } accept' }],
  rule: ["Rule", { namespace: "a", priority: 100, iif: "eth0" }],
};

function knowing(): Losses {
  const losses = new Losses();
  for (const [name, [type, state]] of Object.entries(THINGS)) losses.know(name, { kind: kind(type), state });
  return losses;
}

/** What is lost, and by which property of its own. */
function lostWhen(happens: (losses: Losses) => void): Record<string, string> {
  const losses = knowing();
  happens(losses);
  const lost = Object.keys(THINGS).map((name) => [name, losses.lostWith(name)?.path.join(".")]);
  return Object.fromEntries(lost.filter(([, path]) => path !== undefined));
}

/** What changes of a thing in place. */
function changed(name: string, want: Json): (losses: Losses) => void {
  const [type, state] = THINGS[name] ?? assert.fail(name);
  return (losses) => losses.lack(kind(type).affects?.(state, want) ?? []);
}

describe("What the kernel takes along", () => {
  const rows: [what: string, happens: (losses: Losses) => void, lost: Record<string, string>][] = [
    [
      "with a namespace is all in it, and a port that the far end of its pair is",
      (losses) => losses.remove("net"),
      {
        ...{ pair: "a.namespace", port: "device", first: "namespace", second: "namespace", six: "namespace" },
        ...{ route: "namespace", from: "namespace", peer: "namespace", key: "namespace", root: "namespace" },
        ...{ leaf: "namespace", wall: "namespace", rule: "namespace", several: "namespace", waits: "namespace" },
      },
    ],
    [
      "with a device is all on it, but for a rule that names it",
      (losses) => losses.remove("pair"),
      {
        ...{ port: "device", first: "device", second: "device", six: "device", route: "device", from: "source" },
        ...{ peer: "device", key: "key", root: "device", leaf: "device", wall: "rules" },
        several: "nexthops.0.device",
      },
    ],
    [
      "with one of two IPv4 addresses is what has it as its source",
      (losses) => losses.remove("second"),
      { from: "source" },
    ],
    [
      "with the last IPv4 address are the IPv4 routes and neighbours of the device",
      (losses) => {
        losses.remove("first");
        losses.remove("second");
      },
      { route: "device", from: "source", peer: "device" },
    ],
    ["with a qdisc is what is below it", (losses) => losses.remove("root"), { leaf: "parent" }],
    [
      "with a device that comes down are its IPv6 addresses, routes and neighbours",
      changed("pair", { a: { up: false } }),
      { six: "device", route: "device", peer: "device" },
    ],
    [
      "with a device that comes up, or the other end of its pair, is what waits in its namespace",
      changed("pair", { b: { up: true } }),
      { waits: "device" },
    ],
    [
      "with the last of several ways is what goes by them",
      (losses) => {
        for (const name of ["eth0", "eth1"]) losses.lack([{ sort: "running", namespace: "a", name }]);
      },
      { six: "device", route: "device", several: "nexthops.1.device", waits: "device", peer: "device" },
    ],
    [
      "with another MAC address are its neighbours",
      changed("pair", { a: { mac: "02:00:00:00:00:07" } }),
      { peer: "device" },
    ],
    [
      "with an mtu too small for IPv6 is what is IPv6",
      changed("pair", { a: { mtu: 1000 } }),
      { six: "device", key: "key" },
    ],
    ["with a change of another sort is nothing", changed("pair", { a: { mtu: 1400 } }), {}],
  ];
  for (const [what, happens, lost] of rows) it(what, () => assert.deepEqual(lostWhen(happens), lost));

  it("is told with who does it; of what waits, what it has waited for alone", () => {
    const told = (happens: (losses: Losses) => void) => {
      const losses = knowing();
      happens(losses);
      return ["route", "waits"].map((name) => {
        const { hasWaited, by } = losses.along(name) ?? {};
        return hasWaited === undefined ? undefined : `${hasWaited ? "comes" : "goes"} with ${by}`;
      });
    };
    assert.deepEqual(
      told((losses) => losses.remove("pair", "the pair")),
      ["goes with the pair", undefined],
    );
    for (const [name, comes] of [
      ["eth0", undefined],
      ["eth1", "comes with it"],
    ] as const) {
      const pair = { a: { namespace: "a", name, up: undefined }, b: { namespace: "b", name: "p1" } };
      const parts = setUpWith(kind("VethPair"), pair, {});
      assert.deepEqual(
        told((losses) => losses.lack(parts, "it")),
        [undefined, comes],
      );
      assert.deepEqual(setUpWith(kind("VethPair"), { ...pair, a: { ...pair.a, up: false } }, {}).length, 3);
    }
  });
});
