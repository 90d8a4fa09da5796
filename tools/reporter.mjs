import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import Mocha from "mocha";
import { root } from "./places.mjs";

const { Spec } = Mocha.reporters;

/** Mocha's spec reporter, which besides leaves for tools/test.mjs the names to count, and how long each took. */
export default class CountedSpec extends Spec {
  constructor(runner, options) {
    super(runner, options);
    const results = { passed: [], failed: [], skipped: [], took: [] };
    const note = (list) => (test) => list.push(test.fullTitle());
    const time = (test) => {
      const title = test.type === "hook" ? `${test.parent.fullTitle()} ${test.title}` : test.fullTitle();
      results.took.push({ file: fileOf(test), title, ms: test.duration ?? 0 });
    };
    runner.on("pass", note(results.passed));
    runner.on("fail", note(results.failed));
    runner.on("pending", (test) => results.skipped.push({ file: fileOf(test), title: test.fullTitle() }));
    runner.on("test end", time);
    runner.on("hook end", time);
    runner.once("end", () => write(results, process.env.NETNS_TEST_RESULTS));
  }
}

function fileOf(test) {
  return path.relative(root, test.file ?? "");
}

function write(results, file) {
  if (file) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(results));
  }
}
