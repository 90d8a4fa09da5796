import assert from "node:assert/strict";
import { fieldAt, replaces } from "../../../provider/core/meta";
import { pathText } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { inputPaths, rowsFor } from "../../support/inputs/inputPaths";
import { rows as all } from "./specimens";

describe("the conformance cases", () => {
  // What is proved leaves nothing on the host that they could find: test/e2e/reachability.test.ts has its own.
  for (const { type, inputs } of kinds.filter(({ prove }) => prove === undefined)) {
    const rows = all.filter((specimen) => specimen.type === type);
    const others = rows.flatMap(({ onlyInKernelTest = [] }) => onlyInKernelTest);
    const paths = (isReplacing: boolean) =>
      inputPaths(inputs)
        .filter((path) => replaces(fieldAt(inputs, path)) === isReplacing)
        .filter((path) => !others.includes(pathText(path)));
    const inRows = (part: "edits" | "replacements") => [...new Set(rows.flatMap((row) => Object.keys(row[part])))];

    it(`have rows for ${type}, with each of its properties`, () => {
      assert.deepEqual(inRows("edits").sort(), rowsFor(paths(false), inRows("edits")));
      assert.deepEqual(inRows("replacements").sort(), rowsFor(paths(true), inRows("replacements")));
    });
  }
});
