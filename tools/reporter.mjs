import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import Mocha from "mocha";

const { Spec } = Mocha.reporters;

/** Mocha's spec reporter, which besides leaves the names for tools/test.mjs to count. */
export default class CountedSpec extends Spec {
  constructor(runner, options) {
    super(runner, options);
    const results = { passed: [], failed: [], skipped: [] };
    const note = (list) => (test) => list.push(test.fullTitle());
    runner.on("pass", note(results.passed));
    runner.on("fail", note(results.failed));
    runner.on("pending", note(results.skipped));
    runner.once("end", () => write(results, process.env.NETNS_TEST_RESULTS));
  }
}

function write(results, file) {
  if (file) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(results));
  }
}
