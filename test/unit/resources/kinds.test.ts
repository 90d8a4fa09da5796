import assert from "node:assert/strict";
import fc from "fast-check";
import { type Fault, parse } from "../../../provider/core/check";
import { diff } from "../../../provider/core/diff";
import { metaOf } from "../../../provider/core/meta";
import { covers, isObject, type Json, mapLeaves, Unknown } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { fullIdOf } from "../../../provider/resources/kind";
import { inputsOf } from "../../support/inputs/arbitraries";
import { stateFor } from "../../support/inputs/states";
import { texts } from "../../support/inputs/valueArbitraries";

/** Without the keys whose value is undefined: for a kind they are as good as left out. */
const bare = (value: unknown) => JSON.parse(JSON.stringify(value)) as Json;

for (const kind of kinds) {
  const { type } = kind;
  const inputs = inputsOf(kind);

  describe(`every ${type}`, () => {
    it("has an id that leads back to its place", () => {
      fc.assert(
        fc.property(inputs, (want) => {
          const parsed = bare(kind.parseId(fullIdOf(kind, want)));
          const where = bare(kind.where(want));
          // The id of a pair names one end, and that of an address no peer.
          for (const key of Object.keys(where)) if (!(key in parsed)) delete where[key];
          assert.deepEqual(metaOf(kind.inputs).respelled?.(parsed, where) ?? parsed, where);
          assert.ok(Object.keys(parsed).length > 0);
        }),
      );
    });

    it("is where its state is, too", () => {
      fc.assert(
        fc.property(inputs, (want) => {
          // It may know more of what it is found by.
          const [where, asked] = [kind.where(stateFor(kind, want)), bare(kind.where(want))];
          assert.ok(covers(where, asked), JSON.stringify([where, asked]));
        }),
      );
    });

    it("is known by the same as its state", () => {
      fc.assert(
        fc.property(inputs, (want) => assert.equal(fullIdOf(kind, stateFor(kind, want)), fullIdOf(kind, want))),
      );
    });

    it("is no other thing's: two ids that differ have places that differ", () => {
      fc.assert(
        fc.property(inputs, inputs, (one, other) => {
          for (const idOf of [kind.id, (want: Json) => fullIdOf(kind, want)]) {
            if (idOf(one) === idOf(other)) continue;
            assert.notDeepEqual(bare(kind.parseId(idOf(one))), bare(kind.parseId(idOf(other))));
          }
        }),
      );
    });

    it("stays the same in a second check, so that the next diff is empty", () => {
      fc.assert(
        fc.property(inputs, (want) => assert.deepEqual(parse(kind.inputs, want), { parsed: want, faults: [] })),
      );
    });

    it("has no changes against itself", () => {
      fc.assert(
        fc.property(inputs, (want) => {
          assert.deepEqual(diff({ schema: kind.inputs, old: want, state: stateFor(kind, want), want }), []);
        }),
      );
    });

    it("has none either when everything that the kernel shows is spelled out", () => {
      fc.assert(
        fc.property(inputs, (old) => {
          const state = stateFor(kind, old);
          const want = parse(kind.inputs, inputKeys(kind.inputs.shape, state)).parsed;
          assert.deepEqual(diff({ schema: kind.inputs, old, state, want }), []);
        }),
      );
    });

    it("has no steps to what is there already", () => {
      fc.assert(fc.property(inputs, (want) => assert.deepEqual(kind.plan(want, stateFor(kind, want), "pulumi:m"), [])));
    });

    it("has steps to be made, unless it is proved; they do not change what they are planned from", () => {
      fc.assert(
        fc.property(inputs, (want) => {
          const before = structuredClone(want);
          assert.equal(kind.plan(want, undefined, "pulumi:m").length > 0, kind.prove === undefined);
          assert.deepEqual(want, before);
        }),
      );
    });

    it("takes outputs that its schema describes", () => {
      fc.assert(fc.property(inputs, (want) => assert.ok(kind.outputs.safeParse(stateFor(kind, want)).success)));
    });

    it("is adopted with inputs that Check takes and that change nothing", () => {
      fc.assert(
        fc.property(inputs, (want) => {
          const state = stateFor(kind, want);
          const { parsed, faults } = parse(kind.inputs, kind.adopt(state));
          assert.deepEqual([faults, kind.crossCheck?.(parsed) ?? []], [[], []]);
          assert.deepEqual(diff({ schema: kind.inputs, old: kind.adopt(state), state, want: parsed }), []);
          assert.deepEqual(kind.plan(parsed, state, "pulumi:m"), []);
        }),
      );
    });

    it("passes Check with any of its properties unknown", () => {
      fc.assert(
        fc.property(inputs, fc.infiniteStream(fc.boolean()), (want, coins) => {
          const some = mapLeaves(want, (leaf) => (coins.next().value ? Unknown.value : leaf)) as Json;
          assert.deepEqual(parse(kind.inputs, some), { parsed: some, faults: [] });
        }),
      );
    });

    it("has ids whose parts Check takes", () => {
      const id = fc.oneof(
        fc.stringMatching(/^[a/.:-]{0,12}$/),
        fc.tuple(texts, inputs.map(kind.id)).map((parts) => parts.join("/")),
        fc.tuple(inputs.map(kind.id), texts).map((parts) => parts.join("/")),
        fc
          .tuple(
            inputs.map((want) => fullIdOf(kind, want)),
            texts,
          )
          .map((parts) => parts.join("")),
        fc.tuple(texts, fc.constant(":net.ipv4.ip_forward")).map((parts) => parts.join("")),
      );
      fc.assert(
        fc.property(id, (text) => {
          const where = kind.parseId(text);
          const faults = where && parse(kind.inputs, bare(where)).faults;
          assert.deepEqual(faults?.filter(({ reason }: Fault) => reason !== "is required") ?? [], []);
        }),
        { numRuns: 500 },
      );
    });
  });
}

function inputKeys(shape: Record<string, unknown>, state: Json): Json {
  // A list with nothing in it is left out: Check takes none.
  const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;
  const entries = Object.entries(state).filter(([key, value]) => key in shape && !isEmpty(value));
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (!isObject(value)) return [key, value];
      const { ifindex: _, operState: __, ...rest } = value;
      return [key, rest];
    }),
  );
}
