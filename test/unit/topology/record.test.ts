import assert from "node:assert/strict";
import fc from "fast-check";
import { decode, encode } from "../../../provider/server/property";
import { elementsOf, isKnown } from "../../../provider/topology/elements";
import { recorded, type Thing, thingOf, toRecord } from "../../../provider/topology/record";
import { stateFor } from "../../support/inputs/states";
import { anything, checkedLab, lists, MARK, named, pair } from "../../support/inputs/topologyInputs";

/** Elements as they were seen, each with its mark or its place where it has one. */
const things = fc.tuple(anything, fc.infiniteStream(fc.boolean())).map(([lab, dice]) =>
  elementsOf(lists, lab)
    .filter(isKnown)
    .map(({ values: _, ...one }): Thing => {
      const values = stateFor(one.kind, _);
      const isOurs = dice.next().value;
      const own = one.kind.bearsMark ? isOurs && { __mark: MARK } : isOurs && { __place: `42 ${one.path[1]} ` };
      return { ...one, values, state: { ...values, ...own } };
    }),
);

/** What is marked is told by that; of what can bear no mark, all is as good as marked. */
const withMark = (all: Thing[]) =>
  new Map(all.map((one) => [one.key, one.kind.bearsMark ? one : { ...one, state: { ...one.state, __mark: MARK } }]));

describe("the record of a topology", () => {
  it("says of each thing what it was, and what tells it from others", () => {
    fc.assert(
      fc.property(things, fc.nat(9), (all, changes) => {
        const state = decode(encode(toRecord(lists, { things: all, mark: MARK, changes }))).values;
        assert.deepEqual(recorded(lists, state), { mark: MARK, changes, things: withMark(all) });
      }),
    );
  });

  it("has no mark where all was imported", () => {
    fc.assert(
      fc.property(things, (some) => {
        const all = some.map((one) => ({ ...one, state: one.values }));
        const state = toRecord(lists, { things: all, mark: undefined, changes: 0 });
        assert.ok(!("__mark" in state));
        assert.deepEqual(recorded(lists, state), {
          mark: undefined,
          changes: 0,
          things: new Map(all.map((one) => [one.key, one])),
        });
      }),
    );
  });

  it("shows nothing but the outputs, and names no thing in what is not shown", () => {
    const lab = checkedLab({
      namespaces: named("secret0"),
      vethPairs: [pair("secret1/secret2", "secret3/secret4")],
      addresses: [{ namespace: "secret1", device: "secret2", address: "10.0.0.1/24" }],
    });
    const all = elementsOf(lists, lab)
      .filter(isKnown)
      .map((one) => ({ ...one, state: { ...stateFor(one.kind, one.values), __place: "42 2 " } }));
    const state = Object.entries(toRecord(lists, { things: all, mark: MARK, changes: 2 }));
    const shown = state.filter(([key]) => lists.some(({ name }) => name === key));
    const hidden = state.filter((entry) => !shown.includes(entry));
    assert.ok(!JSON.stringify(shown).includes("__"));
    assert.ok(!JSON.stringify(hidden).includes("secret"), JSON.stringify(hidden));
    assert.ok(hidden.every(([key]) => key.startsWith("__")));
  });

  it("can be read where it is empty, or of a run that failed", () => {
    assert.deepEqual(recorded(lists, {}), { mark: undefined, changes: 0, things: new Map() });
    const state = toRecord(lists, { things: [], mark: MARK, changes: 3 });
    assert.deepEqual(recorded(lists, state), { mark: MARK, changes: 3, things: new Map() });
  });
});

describe("a thing of a topology as it was seen", () => {
  const [one] = elementsOf(
    lists,
    checkedLab({ sysctls: [{ key: "net.ipv4.ip_forward", value: 1, restoreOnDelete: false }] }),
  );
  const seen = {
    state: { key: "net.ipv4.ip_forward", value: "1", restoreOnDelete: true, previousValue: "1" },
    what: "",
  };

  it("has what only the inputs know, and keeps what was found before", () => {
    assert.ok(one && isKnown(one));
    const { state } = thingOf(one, { ...seen, place: "42 1 " }, { previousValue: "0", value: "9" });
    assert.deepEqual(state, { ...seen.state, restoreOnDelete: false, previousValue: "0", __place: "42 1 " });
  });
});
