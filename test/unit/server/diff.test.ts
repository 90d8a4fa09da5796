import assert from "node:assert/strict";
import { DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import fc from "fast-check";
import { type Json, leaves, mapLeaves, pathText, Unknown } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { inputsOf } from "../../support/inputs/arbitraries";
import { kindNamed, stateFor } from "../../support/inputs/states";
import { diffed } from "./rpc";

const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
const topOf = (path: string) => /^[^.[]+/.exec(path)?.[0] ?? path;

for (const kind of kinds) {
  describe(`Diff of a ${kind.type}`, () => {
    const inputs = inputsOf(kind);

    it("is none against itself, with what the kernel shows", () => {
      fc.assert(
        fc.property(inputs, (old) => {
          const { changes, diffs, details } = diffed(kind, { olds: stateFor(kind, old), oldInputs: old, news: old });
          assert.deepEqual({ changes, diffs, details }, { changes: DIFF_NONE, diffs: [], details: {} });
        }),
      );
    });

    it("tells the same in each of its lists, whatever changes", () => {
      fc.assert(
        fc.property(inputs, inputs, fc.infiniteStream(fc.nat(3)), (old, want, dice) => {
          const news = mapLeaves(want, (leaf) => (dice.next().value === 0 ? Unknown.value : leaf)) as Json;
          const seen = diffed(kind, { olds: stateFor(kind, old), oldInputs: old, news });
          const paths = Object.keys(seen.details);
          assert.deepEqual(new Set(seen.diffs), new Set(paths.map(topOf)));
          assert.equal(new Set(seen.diffs).size, seen.diffs.length);
          assert.equal(new Set(seen.replaces).size, seen.replaces.length);
          const replacing = paths.filter((path) => seen.details[path]?.endsWith("_REPLACE")).map(topOf);
          assert.deepEqual(new Set(seen.replaces), new Set(replacing));
          assert.ok(seen.replaces.every((key) => seen.diffs.includes(key)));
          assert.ok(seen.deletesFirst, "`replaceOnChanges` may make a replacement of an update");
          assert.equal(seen.changes, seen.diffs.length > 0 ? DIFF_SOME : DIFF_NONE);
          assert.ok(seen.isDetailed);
          for (const stable of seen.stables) assert.ok(stable in kind.outputs.shape);
        }),
      );
    });

    it("is a change wherever something is not known yet", () => {
      fc.assert(
        fc.property(inputs, fc.nat(), (old, nth) => {
          const all = leaves(old);
          const chosen = pathText(all[nth % all.length]?.path ?? []);
          const news = mapLeaves(old, (leaf, path) => (pathText(path) === chosen ? Unknown.value : leaf)) as Json;
          const { details } = diffed(kind, { olds: stateFor(kind, old), oldInputs: old, news });
          assert.deepEqual(Object.keys(details), [chosen]);
        }),
      );
    });

    it("does without the inputs of before, which old engines do not send", () => {
      fc.assert(
        fc.property(inputs, (old) => {
          const { diffs } = diffed(kind, { olds: { ...old, __mark: "pulumi:m" }, news: old });
          assert.deepEqual(diffs, []);
        }),
      );
    });
  });
}

describe("Diff", () => {
  const pair = kindNamed("VethPair");
  const old = { a: { name: "x", mtu: 1400, up: true }, b: { name: "y", up: true } };

  it("names each nested property and replaces by its top-level one", () => {
    const news = { a: { name: "z", up: false }, b: { name: "y", up: true, mac: "02:00:00:00:00:0a" } };
    const seen = diffed(pair, { olds: stateFor(pair, old), oldInputs: old, news });
    assert.deepEqual(seen.details, {
      "a.name": "UPDATE_REPLACE",
      "a.up": "UPDATE",
      "a.mtu": "DELETE",
      "b.mac": "ADD",
    });
    assert.deepEqual([seen.diffs, seen.replaces, seen.deletesFirst], [["a", "b"], ["a"], true]);
  });

  it("leaves out what the program ignores", () => {
    const news = { a: { name: "z", up: false }, b: { name: "y", up: true } };
    const seen = diffed(pair, { olds: stateFor(pair, old), oldInputs: old, news, ignore: ["a.name", "a.mtu"] });
    assert.deepEqual([seen.details, seen.replaces], [{ "a.up": "UPDATE" }, []]);
  });

  it("promises as stable what no update changes, and nothing else", () => {
    const stables = kinds.map((kind) => [kind.type, diffed(kind, { olds: {}, oldInputs: {}, news: {} }).stables]);
    assert.deepEqual(Object.fromEntries(stables), {
      Namespace: ["name", "path"],
      VethPair: [],
      Netkit: ["mode"],
      Bridge: ["namespace", "name"],
      Dummy: ["namespace", "name"],
      Ifb: ["namespace", "name", "mac"],
      Macvlan: ["namespace", "name", "parent", "mode"],
      Macvtap: ["namespace", "name", "parent", "mode"],
      Ipvlan: ["namespace", "name", "parent"],
      Vlan: ["namespace", "name", "parent", "vid", "protocol"],
      Bond: ["namespace", "name", "mode"],
      BondPort: ["namespace", "bond", "device"],
      Vrf: ["namespace", "name", "table"],
      VrfPort: ["namespace", "vrf", "device", "table"],
      Vxlan: ["namespace", "name", "vni", "local", "remote", "group", "device", "underlay", "port"],
      Geneve: ["namespace", "name", "vni", "port"],
      Tunnel: ["namespace", "name", "mode", "device"],
      Tap: ["namespace", "name", "mode", "user", "group", "multiQueue"],
      BridgePort: ["namespace", "bridge", "device"],
      OvsBridge: ["name", "namespace", "database", "datapathType"],
      OvsPort: ["bridge", "name", "namespace", "database", "type"],
      Address: [
        ...["namespace", "device", "address", "peer", "broadcast", "label", "scope", "noDad"],
        ...["family", "network"],
      ],
      Sysctl: ["namespace", "key", "device"],
      LinkSettings: ["namespace", "device"],
      Neighbor: ["namespace", "device", "address", "proxy", "family"],
      Route: ["namespace", "destination", "metric", "table", "family"],
      Rule: ["namespace", "priority", "family", "from", "to", "iif", "oif", "fwmark", "table", "action"],
      Qdisc: ["namespace", "device", "parent", "handle", "kind"],
      Firewall: ["namespace", "name", "family"],
      Process: ["namespace", "name"],
      Reachability: ["namespace", "to", "protocol", "port", "size", "dontFragment", "address", "heard"],
    });
  });
});
