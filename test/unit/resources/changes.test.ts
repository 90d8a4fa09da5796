import assert from "node:assert/strict";
import { z } from "zod";
import { parse } from "../../../provider/core/check";
import { diff } from "../../../provider/core/diff";
import { fieldAt } from "../../../provider/core/meta";
import { getAt, type Json, type Path, pathText, Unknown } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { kindNamed, stateFor } from "../../support/arbitraries";
import { inputPaths } from "../../support/inputPaths";

type Verdict = "replaces" | "in place";

/** The contract: what a change of each property, alone, does. */
const contract: Record<string, { base: Json; changed: [path: Path, to: unknown, verdict: Verdict][] }> = {
  Namespace: {
    base: { name: "net0", loopbackUp: true },
    changed: [
      [["name"], "net1", "replaces"],
      [["loopbackUp"], false, "in place"],
    ],
  },
  VethPair: {
    base: { a: end("veth0", "net0"), b: end("veth1", "net1") },
    changed: ["a", "b"].flatMap((key): [Path, unknown, Verdict][] => [
      [[key, "name"], "veth9", "replaces"],
      [[key, "namespace"], "net9", "replaces"],
      [[key, "mac"], "02:00:00:00:00:99", "in place"],
      [[key, "mtu"], 9000, "in place"],
      [[key, "up"], false, "in place"],
    ]),
  },
  Address: {
    base: {
      namespace: "net0",
      device: "veth0",
      address: "10.0.1.1/24",
      peer: "10.0.2.1",
      broadcast: "10.0.1.255",
      label: "veth0:1",
      scope: "link",
      noDad: true,
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["device"], "veth1", "replaces"],
      [["address"], "10.0.1.2/24", "replaces"],
      [["peer"], "10.0.2.2", "replaces"],
      [["broadcast"], "10.0.1.254", "replaces"],
      [["label"], "veth0:2", "replaces"],
      [["scope"], "host", "replaces"],
      [["noDad"], false, "replaces"],
    ],
  },
  Sysctl: {
    base: { namespace: "net0", key: "net.ipv4.ip_forward", value: "1", restoreOnDelete: true },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["key"], "net.ipv4.ip_default_ttl", "replaces"],
      [["value"], "0", "in place"],
      [["restoreOnDelete"], false, "in place"],
    ],
  },
  LinkSettings: {
    base: {
      namespace: "net0",
      device: "veth0",
      up: true,
      mtu: 1400,
      mac: "02:00:00:00:00:01",
      txQueueLength: 500,
      offloads: { tx: false, rx: false, tso: false, gso: false, gro: false },
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["device"], "veth1", "replaces"],
      [["up"], false, "in place"],
      [["mtu"], 1300, "in place"],
      [["mac"], "02:00:00:00:00:02", "in place"],
      [["txQueueLength"], 501, "in place"],
      ...["tx", "rx", "tso", "gso", "gro"].map((key): [Path, unknown, Verdict] => [
        ["offloads", key],
        true,
        "in place",
      ]),
    ],
  },
  Neighbor: {
    base: {
      ...{ namespace: "net0", device: "veth0", address: "::1", mac: "02:00:00:00:00:01" },
      proxy: true,
      router: true,
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["device"], "veth1", "replaces"],
      [["address"], "::2", "replaces"],
      [["mac"], "02:00:00:00:00:02", "in place"],
      [["proxy"], false, "replaces"],
      [["router"], false, "in place"],
    ],
  },
  Route: {
    base: {
      namespace: "net0",
      destination: "10.0.0.0/8",
      gateway: "10.0.1.2",
      device: "veth0",
      source: "10.0.1.1",
      metric: 50,
      table: 100,
      scope: "link",
      type: "throw",
      mtu: 1400,
      onLink: true,
      nexthops: [
        { gateway: "10.0.1.2", device: "veth0", weight: 2 },
        { gateway: "10.0.2.2", device: "veth1" },
      ],
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["destination"], "11.0.0.0/8", "replaces"],
      [["gateway"], "10.0.1.3", "in place"],
      [["device"], "veth1", "replaces"],
      [["source"], "10.0.1.9", "in place"],
      [["metric"], 51, "replaces"],
      [["table"], 101, "replaces"],
      [["scope"], "host", "in place"],
      [["type"], "blackhole", "in place"],
      [["mtu"], 1300, "in place"],
      [["onLink"], false, "in place"],
      [["nexthops", 0, "gateway"], "10.0.1.3", "in place"],
      [["nexthops", 0, "device"], "veth9", "replaces"],
      [["nexthops", 0, "weight"], 3, "in place"],
    ],
  },
  Rule: {
    base: {
      ...{ namespace: "net0", priority: 100, family: "inet", from: "10.0.0.0/8", to: "11.0.0.0/8", iif: "a", oif: "b" },
      ...{ fwmark: "0x1", table: 100, action: "prohibit" },
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["priority"], 101, "replaces"],
      [["family"], "inet6", "replaces"],
      [["from"], "10.0.0.0/9", "replaces"],
      [["to"], "11.0.0.0/9", "replaces"],
      [["iif"], "c", "replaces"],
      [["oif"], "c", "replaces"],
      [["fwmark"], "0x2", "replaces"],
      [["table"], 101, "replaces"],
      [["action"], "blackhole", "replaces"],
    ],
  },
};

function end(name: string, namespace: string): Json {
  return { name, namespace, mac: "02:00:00:00:00:01", mtu: 1400, up: true };
}

for (const [type, { base, changed }] of Object.entries(contract)) {
  const { inputs: schema } = kindNamed(type);
  const state = stateFor(kindNamed(type), base);
  const changes = (want: Json, ignore: string[] = []) => diff({ schema, old: base, state, want, ignore });

  describe(`a change of a ${type}`, () => {
    it("has a row in the contract for every property", () => {
      assert.deepEqual(changed.map(([path]) => pathText(path)).sort(), inputPaths(schema).map(pathText).sort());
    });

    for (const [path, to, verdict] of changed) {
      const replaces = verdict === "replaces";

      it(`of ${pathText(path)} alone names just that, and ${verdict}`, () => {
        assert.deepEqual(changes(changedAt(base, path, to)), [{ path, kind: "update", replaces }]);
        assert.deepEqual(changes(changedAt(base, path, Unknown.value)), [{ path, kind: "update", replaces }]);
      });

      it(`of ${pathText(path)} is none where the program ignores it`, () => {
        const want = changedAt(base, path, to);
        assert.deepEqual(changes(want, [pathText(path)]), []);
        assert.deepEqual(changes(want, [String(path[0])]), []);
        assert.deepEqual(changes(want, ["other"]).length, 1);
      });

      if (!isRequired(schema, path)) {
        it(`that leaves ${pathText(path)} out of the program is a delete of it, and ${verdict}`, () => {
          assert.deepEqual(changes(changedAt(base, path, undefined)), [{ path, kind: "delete", replaces }]);
        });
      }
    }
  });
}

describe("the contract of changes", () => {
  it("is about every kind", () =>
    assert.deepEqual(
      Object.keys(contract),
      kinds.map(({ type }) => type),
    ));

  it("holds for a pair as it is written first, without what has defaults", () => {
    const { inputs: schema } = kindNamed("VethPair");
    const written = parse(schema, { a: { name: "veth0" }, b: { name: "veth1" } }).parsed;
    const want = parse(schema, { a: { name: "veth0", mtu: 1500, up: true }, b: { name: "veth1" } }).parsed;
    const state = stateFor(kindNamed("VethPair"), written);
    assert.deepEqual(diff({ schema, old: written, state, want }), []);
    assert.deepEqual(diff({ schema, old: want, state, want: written }), []);
  });
});

function isRequired(schema: z.ZodObject, path: Path): boolean {
  return !(fieldAt(schema, path) instanceof z.ZodOptional);
}

function changedAt(base: Json, path: Path, value: unknown): Json {
  const copy = structuredClone(base);
  const parent = getAt(copy, path.slice(0, -1)) as Json;
  if (value === undefined) delete parent[path.at(-1) as string];
  else parent[path.at(-1) as string] = value;
  return copy;
}
