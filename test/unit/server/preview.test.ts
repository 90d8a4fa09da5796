import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "../../../provider/core/check";
import { getAt, type Json, leaves, mapLeaves, Unknown } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { previewCreate, previewUpdate } from "../../../provider/server/preview";
import { inputsOf } from "../../support/inputs/arbitraries";
import { kindNamed, stateFor } from "../../support/inputs/states";

const unknown = Unknown.value;
const pair = kindNamed("VethPair");
const namespace = kindNamed("Namespace");
const address = kindNamed("Address");
const sysctl = kindNamed("Sysctl");

const UP = { ifindex: 2, operState: "UP", mac: "02:00:00:00:00:01", mtu: 1500 };

describe("the preview of a create", () => {
  it("promises the path of a namespace and not its inode", () => {
    assert.deepEqual(previewCreate(namespace, { name: "net0", loopbackUp: true }), {
      name: "net0",
      loopbackUp: true,
      path: "/run/netns/net0",
    });
  });

  it("promises family and network of an address", () => {
    const inputs = { device: "veth0", address: "10.0.1.1/24" };
    assert.deepEqual(previewCreate(address, inputs), { ...inputs, family: "inet", network: "10.0.1.0/24" });
  });

  it("promises nothing beyond the inputs where one of them is not known yet", () => {
    for (const inputs of [
      { device: unknown, address: "10.0.1.1/24" },
      { device: "veth0", address: unknown },
      { device: "veth0", address: "10.0.1.1/24", peer: unknown },
    ]) {
      assert.deepEqual(previewCreate(address, inputs), inputs);
    }
    assert.deepEqual(previewCreate(namespace, { name: unknown, loopbackUp: true }), {
      name: unknown,
      loopbackUp: true,
    });
  });

  it("does not promise what a sysctl finds", () => {
    const inputs = { key: "net.ipv4.ip_forward", value: "1", restoreOnDelete: true };
    assert.deepEqual(previewCreate(sysctl, inputs), inputs);
  });

  it("says of each nested output that it is not known, for within an object nothing can be left out", () => {
    const inputs = { a: { name: "x", mtu: 1400, up: true }, b: unknown };
    assert.deepEqual(previewCreate(pair, inputs), {
      a: { name: "x", mtu: 1400, up: true, mac: unknown, ifindex: unknown, operState: unknown },
      b: unknown,
    });
  });
});

describe("the preview of an update", () => {
  const old = { a: { name: "x", up: true }, b: { name: "y", namespace: "n", up: true } };
  const state = { a: { ...old.a, ...UP }, b: { ...old.b, ...UP }, __mark: "pulumi:m" };
  const preview = (news: Json) => previewUpdate(pair, news, old, state);

  it("keeps all where nothing changes", () => assert.deepEqual(preview(old), state));

  it("keeps the numbers, and of an end that changes nothing else", () => {
    const { a, b } = preview({ ...old, a: { ...old.a, mtu: 9000 } });
    assert.deepEqual(a, { name: "x", up: true, mtu: 9000, ifindex: 2, mac: unknown, operState: unknown });
    assert.deepEqual(b, { ...old.b, ...UP, operState: unknown });
  });

  it("does not promise that one end stays in operation when the other goes down", () => {
    const { a } = preview({ ...old, b: { ...old.b, up: false } });
    assert.equal((a as Json).operState, unknown);
    assert.equal((a as Json).mac, UP.mac);
  });

  it("takes an unknown input as it is", () => {
    assert.deepEqual(preview({ ...old, b: unknown }).b, unknown);
    const { a } = preview({ ...old, a: { ...old.a, mtu: unknown } });
    assert.deepEqual(a, { name: "x", up: true, mtu: unknown, ifindex: 2, mac: unknown, operState: unknown });
  });

  it("keeps what a namespace and a sysctl have besides", () => {
    const net = { name: "net0", loopbackUp: true };
    const made = { ...net, path: "/run/netns/net0", inode: 7 };
    assert.deepEqual(previewUpdate(namespace, { ...net, loopbackUp: false }, net, made), {
      ...made,
      loopbackUp: false,
    });
    const set = { key: "net.ipv4.ip_forward", value: "1", restoreOnDelete: true };
    const now = { ...set, previousValue: "0" };
    assert.deepEqual(previewUpdate(sysctl, { ...set, value: unknown }, set, now), { ...now, value: unknown });
  });
});

for (const kind of kinds) {
  describe(`the preview of any ${kind.type}`, () => {
    const inputs = inputsOf(kind);
    const some = fc.tuple(inputs, fc.infiniteStream(fc.nat(3))).map(([want, dice]) => {
      return mapLeaves(want, (leaf) => (dice.next().value === 0 ? unknown : leaf)) as Json;
    });

    it("promises the inputs that are known, and of them no other value", () => {
      fc.assert(
        fc.property(some, (want) => {
          for (const { path, value } of leaves(want)) assert.equal(getAt(previewCreate(kind, want), path), value);
        }),
      );
    });

    it("promises nothing that is no output", () => {
      fc.assert(
        fc.property(some, (want) => {
          const { faults } = parse(kind.outputs, previewCreate(kind, want));
          assert.deepEqual(
            faults.filter(({ reason }) => reason !== "is required"),
            [],
          );
        }),
      );
    });

    it("of an update to the same is the state", () => {
      fc.assert(
        fc.property(inputs, (want) => {
          const state = stateFor(kind, want);
          const seen = previewUpdate(kind, want, want, state);
          for (const { path, value } of leaves(seen)) assert.deepEqual(value, getAt(state, path));
        }),
      );
    });
  });
}

describe("the preview of an update of what the kernel shows in words of its own", () => {
  const firewall = kindNamed("Firewall");
  const old = { name: "fw", family: "inet", rules: "chain a { }" };
  const state = { ...old, ruleset: "chain a {\n}", comment: "mine" };

  it("keeps those while nothing else is given, and promises none for other ones", () => {
    assert.deepEqual(previewUpdate(firewall, old, old, state), state);
    const want = { ...old, rules: "chain b { }" };
    assert.deepEqual(previewUpdate(firewall, want, old, state), { ...state, ...want, ruleset: unknown });
  });
});
