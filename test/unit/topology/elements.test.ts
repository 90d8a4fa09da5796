import assert from "node:assert/strict";
import fc from "fast-check";
import { type Json, Unknown } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import type { Kind } from "../../../provider/resources/kind";
import { byKey, elementsOf, inLists, inputsOf, keyOf, listsOf } from "../../../provider/topology/elements";
import { kindNamed, stateFor } from "../../support/inputs/states";
import { anything, lists, pair } from "../../support/inputs/topologyInputs";

const unknown = Unknown.value;

describe("the lists of a topology", () => {
  it("have the plurals of the kinds for names, in their order", () => {
    assert.deepEqual(
      lists.map(({ name }) => name),
      [
        ...[
          "namespaces",
          "vethPairs",
          "netkits",
          "bridges",
          "vrfs",
          "dummies",
          "ifbs",
          "bonds",
          "macvlans",
          "macvtaps",
          "ipvlans",
        ],
        ...["vlans", "vxlans", "geneves", "tunnels", "taps", "bridgePorts", "bondPorts", "vrfPorts"],
        ...["ovsBridges", "ovsPorts", "linkSettings", "sysctls", "addresses", "neighbors", "routes", "rules"],
        ...["qdiscs", "firewalls", "processes", "reachabilities"],
      ],
    );
    assert.deepEqual(
      lists.map(({ kind }) => kind),
      kinds,
    );
  });

  it("have names as people would say them", () => {
    const names = [
      "Bridge",
      "Vlan",
      "LinkSettings",
      "Policy",
      "Gateway",
      "Mutex",
      "Switch",
      "Mesh",
      "TcClass",
      "IPVlan",
    ];
    const types = names.map((type) => ({ ...kindNamed("Sysctl"), type }) as Kind);
    assert.deepEqual(
      listsOf(types).map(({ name }) => name),
      [
        ...["bridges", "vlans", "linkSettings", "policies", "gateways", "mutexes", "switches", "meshes", "tcClasses"],
        "iPVlans",
      ],
    );
  });
});

describe("the elements of a topology", () => {
  it("come in the order of the kinds, each with its place and what it is known by", () => {
    const lab = { vethPairs: [pair("a/x", "b/y")], namespaces: [{ name: "b" }, { name: "a" }], more: [1] };
    assert.deepEqual(
      elementsOf(lists, lab).map(({ path, key }) => [...path, key]),
      [
        ["namespaces", 0, "Namespace b"],
        ["namespaces", 1, "Namespace a"],
        ["vethPairs", 0, "VethPair a/x"],
      ],
    );
  });

  it("are none of a list that is missing, or not known yet", () => {
    assert.deepEqual(elementsOf(lists, {}), []);
    assert.deepEqual(elementsOf(lists, { namespaces: unknown, addresses: undefined }), []);
  });

  it("make the same lists again, with a list for each kind", () => {
    fc.assert(
      fc.property(anything, (lab) => {
        assert.deepEqual(
          inLists(lists, elementsOf(lists, lab), ({ values }) => values),
          lab,
        );
      }),
    );
    const none = Object.fromEntries(lists.map(({ name }) => [name, []]));
    assert.deepEqual(
      inLists(lists, [], () => 1),
      none,
    );
  });

  it("are found by what they are known by, which each has for its own", () => {
    fc.assert(
      fc.property(anything, (lab) => {
        const elements = elementsOf(lists, lab);
        assert.deepEqual([...byKey(elements).values()], elements);
      }),
    );
  });

  it("have inputs among their outputs", () => {
    fc.assert(
      fc.property(anything, (lab) => {
        for (const { kind, values } of elementsOf(lists, lab)) {
          const state = { ...stateFor(kind, values), __mark: "m", __place: "p" };
          const faults: { code: string }[] = kind.inputs.safeParse(inputsOf(kind, state)).error?.issues ?? [];
          // An empty list is one that nobody gave.
          assert.deepEqual(
            faults.filter(({ code }) => code !== "too_small"),
            [],
          );
          assert.equal(kind.id(inputsOf(kind, state)), kind.id(values));
        }
      }),
    );
  });
});

describe("what an element is known by", () => {
  const one = kindNamed("VethPair");
  const address = { namespace: "a", device: "x", address: "10.0.0.1/24" };

  it("is not known while a part of its id is not", () => {
    for (const part of ["namespace", "device", "address"]) {
      assert.equal(keyOf(kindNamed("Address"), { ...address, [part]: unknown }), undefined, part);
    }
    for (const values of [
      { ...pair("a/x", "b/y"), a: unknown },
      { ...pair("a/x", "b/y"), a: { name: unknown } },
      unknown,
    ]) {
      assert.equal(keyOf(one, values), undefined);
    }
  });

  it("is known where only something else is not", () => {
    assert.equal(keyOf(kindNamed("Address"), { ...address, peer: unknown }), "Address a/x/10.0.0.1/24");
    assert.equal(keyOf(one, { ...pair("a/x", "b/y"), b: { name: unknown, mtu: unknown } } as Json), "VethPair a/x");
    assert.equal(keyOf(kindNamed("Namespace"), { name: "a", loopbackUp: unknown }), "Namespace a");
  });
});
