import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";

const program = path.join(__dirname, "../../../tools/test.mjs");

describe("npm test with other versions", () => {
  it("says what --node wants, before anything is got or run", () => {
    for (const words of [["--node"], ["--node", "newest"], ["--node", "--newest", "test/unit"]]) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: "utf8" });
      assert.deepEqual([status, stdout], [1, "0 passed, 1 failed, 0 skipped\n"], words.join(" "));
      assert.match(stderr, /^--node wants a version, such as 24, 24\.21\.0 or latest\.$/m);
    }
  });
});
