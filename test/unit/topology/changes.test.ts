import assert from "node:assert/strict";
import fc from "fast-check";
import { type Json, mapLeaves, Unknown } from "../../../provider/core/values";
import { answer } from "../../../provider/server/checkRpc";
import { changesOf, editsOf } from "../../../provider/topology/changes";
import { elementsOf, inLists } from "../../../provider/topology/elements";
import { stateFor } from "../../support/inputs/states";
import { anything, checkedLab, lists, named, pair } from "../../support/inputs/topologyInputs";
import { answered } from "../server/rpc";

const unknown = Unknown.value;
const stateOf = (lab: Json) => inLists(lists, elementsOf(lists, lab), ({ kind, values }) => stateFor(kind, values));

/** The changes as Pulumi names them, `vethPairs[0].a.mtu UPDATE`. */
function changes(old: Json, want: Json, ignore: string[] = []): string[] {
  const found = changesOf(lists, { old, state: stateOf(old), want, ignore });
  return Object.entries(answered(answer(found)).details)
    .map(([path, kind]) => `${path} ${kind}`)
    .sort();
}

const LAB = checkedLab({
  namespaces: named("a", "b", "c"),
  vethPairs: [pair("a/x", "b/x"), pair("b/y", "c/y"), pair("c/z", "a/z")],
});
const [one, two, three] = LAB.vethPairs as [Json, Json, Json];
const withPairs = (...vethPairs: unknown[]) => ({ ...LAB, vethPairs });
const edited = (of: Json, more: Json) => ({ ...of, a: { ...(of.a as Json), ...more } });
const NEW = checkedLab({ vethPairs: [pair("a/new", "b/new")] }).vethPairs as Json[];

describe("a change of a topology", () => {
  it("that inserts an element anywhere touches no other", () => {
    assert.deepEqual(changes(LAB, withPairs(...NEW, one, two, three)), ["vethPairs[0] ADD"]);
    assert.deepEqual(changes(LAB, withPairs(one, ...NEW, two, three)), ["vethPairs[1] ADD"]);
    assert.deepEqual(changes(LAB, withPairs(one, two, three, ...NEW)), ["vethPairs[3] ADD"]);
  });

  it("that takes an element away names where it was, and touches no other", () => {
    assert.deepEqual(changes(LAB, withPairs(two, three)), ["vethPairs[0] DELETE"]);
    assert.deepEqual(changes(LAB, withPairs(one, three)), ["vethPairs[1] DELETE"]);
    assert.deepEqual(
      changes(LAB, { namespaces: LAB.namespaces }),
      [0, 1, 2].map((at) => `vethPairs[${at}] DELETE`),
    );
  });

  it("is none where only the order is another", () => {
    assert.deepEqual(changes(LAB, withPairs(three, one, two)), []);
  });

  it("within an element names just that", () => {
    assert.deepEqual(changes(LAB, withPairs(one, edited(two, { mtu: 9000 }), three)), ["vethPairs[1].a.mtu ADD"]);
    const old = withPairs(one, edited(two, { mtu: 9000, up: true }), three);
    const want = withPairs(one, edited(two, { mtu: 1400, up: false }), three);
    assert.deepEqual(changes(old, want), ["vethPairs[1].a.mtu UPDATE", "vethPairs[1].a.up UPDATE"]);
    assert.deepEqual(changes(old, LAB), ["vethPairs[1].a.mtu DELETE"]);
  });

  it("within an element that has moved goes away where it was and comes where it is", () => {
    const old = withPairs(one, edited(two, { mtu: 9000 }), three);
    assert.deepEqual(changes(old, withPairs(one, three, edited(two, { mtu: 1400 }))), [
      "vethPairs[1].a.mtu DELETE",
      "vethPairs[2].a.mtu ADD",
    ]);
    assert.deepEqual(changes(old, withPairs(...NEW, one, edited(two, { mtu: 1400 }))), [
      "vethPairs[0] ADD",
      "vethPairs[1].a.mtu DELETE",
      "vethPairs[2] UPDATE",
    ]);
  });

  it("that replaces an element is shown at the element, and replaces nothing to the engine", () => {
    const moved = { ...two, b: { ...(two.b as Json), name: "other" } };
    assert.deepEqual(changes(LAB, withPairs(one, moved, three)), ["vethPairs[1] UPDATE"]);
    assert.deepEqual(changes(LAB, withPairs(one, three, moved)), ["vethPairs[1] DELETE", "vethPairs[2] ADD"]);
    assert.deepEqual(changes(LAB, withPairs(one, edited(two, { name: "other" }), three)), ["vethPairs[1] UPDATE"]);
  });

  it("is none of what the program ignores", () => {
    const want = withPairs(one, edited(two, { mtu: 9000 }), three, ...NEW);
    assert.deepEqual(changes(LAB, want, ["vethPairs[3]"]), ["vethPairs[1].a.mtu ADD"]);
    assert.deepEqual(changes(LAB, want, ["vethPairs[1].a"]), ["vethPairs[3] ADD"]);
    assert.deepEqual(changes(LAB, want, ["vethPairs"]), []);
  });

  it("to what the kernel shows already is none", () => {
    const want = withPairs(one, edited(two, { mtu: 1500, mac: "02:00:00:00:00:01" }), three);
    assert.deepEqual(changes(LAB, want), []);
  });
});

describe("an element that is not known yet", () => {
  it("may be the one that stood there", () => {
    assert.deepEqual(changes(LAB, withPairs(one, unknown, three)), ["vethPairs[1] UPDATE"]);
    const open = edited(two, { namespace: unknown });
    assert.deepEqual(changes(LAB, withPairs(one, open, three)), ["vethPairs[1] UPDATE"]);
    assert.deepEqual(changes(LAB, withPairs(one, edited(two, { mtu: unknown }), three)), ["vethPairs[1].a.mtu ADD"]);
  });

  it("is a new one where what stood there is known to be elsewhere, or nothing did", () => {
    assert.deepEqual(changes(LAB, withPairs(one, unknown, two, three)), ["vethPairs[1] ADD"]);
    assert.deepEqual(changes(LAB, withPairs(one, two, three, unknown)), ["vethPairs[3] ADD"]);
  });

  it("takes nothing else's place", () => {
    assert.deepEqual(changes(LAB, withPairs(unknown, three)), ["vethPairs[0] UPDATE", "vethPairs[1] DELETE"]);
  });

  it("may, as a whole list, be anything, and takes nothing away before that is known", () => {
    assert.deepEqual(changes(LAB, { ...LAB, vethPairs: unknown }), ["vethPairs UPDATE"]);
    assert.deepEqual(changes(LAB, { ...LAB, addresses: unknown }), ["addresses ADD"]);
    assert.deepEqual(changes(LAB, { ...LAB, vethPairs: unknown }, ["vethPairs"]), []);
  });
});

describe("any change of a topology", () => {
  const shuffled = anything.chain((lab) =>
    fc.tuple(
      fc.constant(lab),
      ...lists.map(({ name }) => fc.shuffledSubarray((lab[name] as Json[]) ?? [], { minLength: 0 })),
    ),
  );

  it("replaces nothing, and has one path once and none within another", () => {
    fc.assert(
      fc.property(anything, anything, fc.infiniteStream(fc.nat(5)), (old, other, dice) => {
        const want = mapLeaves(other, (leaf) => (dice.next().value === 0 ? unknown : leaf)) as Json;
        const found = changesOf(lists, { old, state: stateOf(old), want });
        assert.ok(found.every(({ replaces }) => !replaces));
        const paths = found.map(({ path }) => path.join("/"));
        assert.equal(new Set(paths).size, paths.length);
        for (const path of paths) assert.ok(!paths.some((longer) => longer.startsWith(`${path}/`)), paths.join());
      }),
    );
  });

  it("is what was taken away of some of its elements, in any order", () => {
    fc.assert(
      fc.property(shuffled, ([old, ...some]) => {
        const want = Object.fromEntries(lists.map(({ name }, index) => [name, some[index]]));
        const { added, edited, removed } = editsOf(lists, old, stateOf(old), want);
        assert.deepEqual([added, edited], [[], []]);
        assert.equal(removed.length, elementsOf(lists, old).length - elementsOf(lists, want).length);
        const back = editsOf(lists, want, stateOf(want), old);
        assert.deepEqual([back.added.length, back.edited, back.removed], [removed.length, [], []]);
      }),
    );
  });
});
