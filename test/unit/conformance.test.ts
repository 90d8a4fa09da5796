import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { root } from "../../tools/places.mjs";

describe("the page of what is tested", () => {
  it("has a test for each of its numbers, and each number of a test", async () => {
    const page = readFileSync(path.join(root, "docs/conformance.md"), "utf8");
    const promised = [...page.matchAll(/^\| (\d+) /gm)].map(([, number]) => Number(number));
    const shown = new Set<number>();
    const files = await readdir(path.join(root, "test"), { recursive: true });
    for (const file of files.filter((name) => name.endsWith(".ts"))) {
      // The numbers that a title ends in.
      const titles = readFileSync(path.join(root, "test", file), "utf8").matchAll(/((?: \[\d+\])+)["'`]/g);
      for (const [, numbers] of titles) for (const number of numbers?.match(/\d+/g) ?? []) shown.add(Number(number));
    }
    assert.deepEqual(
      [...shown].sort((a, b) => a - b),
      promised,
    );
  });
});
