import assert from "node:assert/strict";
import { fieldAt, replaces } from "../../../provider/core/meta";
import { pathText } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { inputPaths } from "../../support/inputPaths";
import { specimens } from "./specimens";

describe("the conformance cases", () => {
  for (const { type, inputs } of kinds) {
    const rows = specimens.filter((specimen) => specimen.type === type);
    const others = rows.flatMap(({ onlyInKernelTest = [] }) => onlyInKernelTest);
    const of = (isReplacing: boolean) =>
      inputPaths(inputs)
        .filter((path) => replaces(fieldAt(inputs, path)) === isReplacing)
        .map(pathText)
        .filter((path) => !others.includes(path));
    const inRows = (part: "edits" | "replacements") => [...new Set(rows.flatMap((row) => Object.keys(row[part])))];

    it(`have rows for ${type}, with each of its properties`, () => {
      assert.deepEqual(inRows("edits").sort(), of(false).sort());
      assert.deepEqual(inRows("replacements").sort(), of(true).sort());
    });
  }
});
