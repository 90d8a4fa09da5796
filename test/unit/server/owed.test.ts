import assert from "node:assert/strict";
import { NetnsError } from "../../../provider/errors";
import type { State } from "../../../provider/lifecycle/state";
import { type Done, Owed } from "../../../provider/server/owed";
import { kindNamed } from "../../support/inputs/states";

const missing = new NetnsError({ kind: "unreachable", tried: "no way" });

describe("what the engine takes for done", () => {
  const lost = new Set<string>();
  const awaiting = new Set<string>();
  let made: string[] = [];
  let makes: (urn: string) => State = () => ({});
  let owed: Owed;

  const done = (state: State = {}): Done => ({ kind: kindNamed("Route"), id: "x", inputs: {}, state, properties: [] });

  beforeEach(() => {
    for (const all of [lost, awaiting]) all.clear();
    made = [];
    makes = () => ({});
    owed = new Owed({
      isLost: (urn) => lost.has(urn),
      awaits: (urn) => (awaiting.has(urn) ? "not yet" : undefined),
      noteMade: (urn) => lost.delete(urn),
      restore: async (urn) => {
        made.push(urn);
        return makes(urn);
      },
    });
    for (const urn of ["route", "address"]) owed.keep(urn, done());
  });

  it("is left alone as long as it is there", async () => {
    await owed.settle();
    assert.deepEqual([made, [...owed.takenForDone.keys()]], [[], ["route", "address"]]);
  });

  it("is made again when it is lost, as soon as that may be, and once", async () => {
    lost.add("route").add("address");
    awaiting.add("address");
    await owed.settle();
    assert.deepEqual([made, [...lost]], [["route"], ["address"]]);
    awaiting.clear();
    await owed.settle();
    await owed.settle();
    assert.deepEqual(made, ["route", "address"]);
  });

  it("is tried once more when something else has come, on which it may stand", async () => {
    lost.add("route").add("address");
    makes = (urn) => {
      if (urn === "route" && lost.has("address")) throw missing;
      return {};
    };
    await owed.settle();
    assert.deepEqual(made, ["route", "address", "route"]);
    assert.equal(owed.open.size, 0);
  });

  it("is told where it never comes: what was promised, and what was lost", async () => {
    makes = () => {
      throw missing;
    };
    lost.add("route");
    owed.promise("promised", done(), missing);
    await owed.settle();
    assert.deepEqual([...owed.open.keys()].sort(), ["promised", "route"]);
    owed.forget("promised");
    makes = () => ({});
    await owed.settle();
    assert.equal(owed.open.size, 0);
  });

  it("waits on for a device, and is tried whenever something has changed", async () => {
    makes = () => ({ waiting: true });
    lost.add("route");
    await owed.settle();
    await owed.settle();
    assert.deepEqual(made, ["route", "route"]);
    makes = () => ({});
    await owed.settle();
    await owed.settle();
    assert.equal(made.length, 3);
  });
});
