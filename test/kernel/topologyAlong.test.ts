import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { kernelSuite } from "../support/suites/kernelSuite";

const X = { namespace: "x" };
const pair = (number: number, more: Json = {}) => ({
  a: { name: `d${number}`, ...X, ...more },
  b: { name: `e${number}`, namespace: "y" },
});

/** Routes that hang on their source, on the network of their gateway, and on nothing. */
const lab = (four: string, six: string, more: Json = {}): Json => ({
  vethPairs: [pair(1, more), pair(2)],
  addresses: [
    { ...X, device: "d1", address: `${four}/24` },
    { ...X, device: "d2", address: "10.0.2.1/24" },
    { ...X, device: "d1", address: `${six}/64`, noDad: true },
  ],
  neighbors: [{ ...X, device: "d1", address: "2001:db8::7", mac: "02:00:00:00:00:07" }],
  routes: [
    { ...X, destination: "5.5.5.0/24", gateway: "10.0.0.254", device: "d1" },
    { ...X, destination: "5.5.6.0/24", gateway: "10.0.0.254", source: four, mtu: 1400 },
    { ...X, destination: "5.5.7.0/24", nexthops: [{ gateway: "10.0.0.254" }, { gateway: "10.0.2.254" }] },
    { ...X, destination: "5.5.8.0/24", type: "blackhole" },
    { ...X, destination: "::/0", gateway: "2001:db8::fe", source: six },
    { ...X, destination: "2001:db8:9::/48", device: "d1", source: six },
  ],
});

kernelSuite("What the kernel takes along with a part of a Topology", (fixture) => {
  const routes = async () => {
    const all = [await fixture.lab.ip("-n x route"), await fixture.lab.ip("-n x -6 route")].join("");
    return all
      .split(/\n(?!\t)/)
      .filter((line) => line.includes("proto static"))
      .map((line) => line.replace(/\s+/g, " ").trim());
  };
  const mustBeWhole = async (now: Awaited<ReturnType<typeof fixture.provider.create>>, six: string) => {
    const shown = await routes();
    assert.equal(shown.length, 6, shown.join("\n"));
    assert.equal(shown.filter((line) => line.includes(`src ${six} `)).length, 2, shown.join("\n"));
    assert.equal(shown.filter((line) => line.split("nexthop").length === 3).length, 1, shown.join("\n"));
    assert.match(await fixture.lab.ip("-n x neigh"), /^2001:db8::7 dev d1 lladdr 02:00:00:00:00:07 PERMANENT/m);
    assert.deepEqual(await fixture.provider.read("Topology", "lab", now), now);
  };

  it("is made again in the same update: addresses are replaced, then a device, then an end goes down and up", async () => {
    const { provider } = fixture;
    let now = await provider.create("Topology", "lab", lab("10.0.0.1", "2001:db8::1"));
    for (const [four, six, more] of [
      ["10.0.0.9", "2001:db8::9", {}],
      ["10.0.0.9", "2001:db8::1", { mtu: 1400 }],
      ["10.0.0.9", "2001:db8::1", { mtu: 1400, name: "d1", namespace: "x" }],
    ] as const) {
      now = await provider.update("Topology", "lab", now, lab(four, six, more));
      await mustBeWhole(now, six);
    }
    const [first, ...others] = now.inputs.vethPairs as { b: Json }[];
    const other = { ...now.inputs, vethPairs: [{ ...first, b: { ...first?.b, name: "e9" } }, ...others] };
    now = await provider.update("Topology", "lab", now, other);
    await mustBeWhole(now, "2001:db8::1");
    await provider.delete("Topology", "lab", now);
  });

  const onDevice = { ...X, device: "m1" };
  for (const [what, list, fresh] of [
    ["a route by a gateway", "routes", { ...onDevice, destination: "5.5.5.0/24", gateway: "10.0.0.254" }],
    ["a route of IPv6 by a gateway", "routes", { ...X, destination: "2001:db8:9::/48", gateway: "2001:db8::fe" }],
    ["a route with a source", "routes", { ...onDevice, destination: "5.5.6.0/24", source: "10.0.0.1" }],
    ["a qdisc", "qdiscs", { ...onDevice, parent: "1:1", handle: "11:", kind: "bfifo", options: { limit: 20000 } }],
  ] as [string, string, Json][]) {
    it(`is made again before ${what} that is new, and stands on it`, async () => {
      const { provider } = fixture;
      const tbf = { rate: "1mbit", burst: "32kb", latency: "50ms" };
      const whole = (mode: string): Json => ({
        vethPairs: [pair(1)],
        macvlans: [{ ...X, name: "m1", parent: "d1", mode }],
        addresses: [
          { ...onDevice, address: "10.0.0.1/24" },
          { ...onDevice, address: "2001:db8::1/64", noDad: true },
        ],
        qdiscs: [{ ...onDevice, handle: "1:", kind: "tbf", tbf }],
      });
      const made = await provider.create("Topology", "lab", whole("bridge"));
      const wanted = whole("private");
      const now = await provider.update("Topology", "lab", made, {
        ...wanted,
        [list]: [...((wanted[list] as Json[]) ?? []), fresh],
      });
      assert.deepEqual(await provider.read("Topology", "lab", now), now);
      await provider.delete("Topology", "lab", now);
    });
  }

  for (const [what, lines] of [
    ["addresses are flushed", ["-n x addr flush dev d1"]],
    ["an end goes down and up", ["-n x link set d1 down", "-n x link set d1 up"]],
    ["a pair is deleted", ["-n y link del e1"]],
    ["another route is in the slot", ["-n x route replace 5.5.6.0/24 via 10.0.2.254"]],
    ["another one of IPv6 is in the slot", ["-n x -6 route replace ::/0 via 2001:db8::fd"]],
  ] as const) {
    it(`is made again by one update after a change by hand: ${what}`, async () => {
      const { lab: host, provider } = fixture;
      const made = await provider.create("Topology", "lab", lab("10.0.0.1", "2001:db8::1"));
      for (const line of lines) await host.ip(line);
      const seen = await provider.read("Topology", "lab", made);
      assert.ok(seen);
      assert.notDeepEqual(provider.diff("Topology", seen, made.inputs).details, []);
      const now = await provider.update("Topology", "lab", seen, made.inputs);
      await mustBeWhole(now, "2001:db8::1");
      await provider.delete("Topology", "lab", now);
    });
  }
});
