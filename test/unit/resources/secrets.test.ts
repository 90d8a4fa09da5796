import assert from "node:assert/strict";
import fc from "fast-check";
import { knownParts, parse } from "../../../provider/core/check";
import { type Json, leaves, mapLeaves, pathText } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { inputsOf } from "../../support/inputs/arbitraries";
import { texts } from "../../support/inputs/valueArbitraries";

/** Texts that pass some rules and break others, each with a word that no rule of ours has in its reason. */
const WORD = "hunter2";
const secrets = fc
  .tuple(texts, fc.constantFrom("", "net.", "/", "10.0.0.1/", ":", "-", "a b"))
  .map(([noise, start]) => `${start}${WORD}${noise}`);

for (const kind of kinds) {
  describe(`what is wrong with a ${kind.type}`, () => {
    const reasons = (values: Json) => {
      const { parsed, faults } = parse(kind.inputs, values);
      const between = kind.crossCheck?.(faults.length > 0 ? knownParts(values, faults) : parsed) ?? [];
      return [...faults, ...between].map(({ reason }) => reason);
    };

    it("is told without the value, in any property or in all", () => {
      fc.assert(
        fc.property(inputsOf(kind), secrets, fc.nat(), (inputs, secret, nth) => {
          const all = leaves(inputs).map(({ path }) => pathText(path));
          const chosen = all[nth % (all.length + 1)];
          const values = mapLeaves(inputs, (leaf, path) =>
            chosen === undefined || pathText(path) === chosen ? secret : leaf,
          );
          for (const reason of reasons(values as Json)) assert.ok(!reason.includes(WORD), reason);
        }),
      );
    });

    it("is told without the value where an object or a list is in its place", () => {
      fc.assert(
        fc.property(inputsOf(kind), secrets, fc.boolean(), (inputs, secret, isList) => {
          const values = mapLeaves(inputs, () => (isList ? [secret] : { name: secret }));
          const told = reasons(values as Json);
          assert.ok(told.length > 0);
          for (const reason of told) assert.ok(!reason.includes(WORD), reason);
        }),
      );
    });

    it("is told without the value where a text is in the place of an object", () => {
      for (const key of Object.keys(kind.inputs.shape)) {
        for (const reason of reasons({ [key]: WORD })) assert.ok(!reason.includes(WORD), reason);
      }
    });

    it("is told without a number", () => {
      fc.assert(
        fc.property(inputsOf(kind), (inputs) => {
          const values = mapLeaves(inputs, () => 31337.5);
          for (const reason of reasons(values as Json)) assert.ok(!reason.includes("31337"), reason);
        }),
      );
    });
  });
}

describe("a fault", () => {
  it("is told as words that go on after a property's name", () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), secrets, (kind, secret) => {
        const values = Object.fromEntries(Object.keys(kind.inputs.shape).map((key) => [key, secret]));
        for (const { reason } of parse(kind.inputs, values).faults) assert.match(reason, /^(is|has|must) /);
      }),
    );
  });
});
