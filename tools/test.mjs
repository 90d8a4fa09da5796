import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { coverageEnv, reportCoverage } from "./coverage.mjs";
import { forSecondKernel, runInSecondKernel } from "./kernel/secondKernel.mjs";
import { labEnv } from "./lab.mjs";
import { modulesDir, root } from "./places.mjs";
import { say, step } from "./progress.mjs";
import { setUp } from "./setup.mjs";
import { handOver, run, Stop } from "./shell.mjs";
import { slowest } from "./slowest.mjs";
import { testWithVersions } from "./versions.mjs";

const staticChecks = [["biome", "ci", "."], ["tsc", "--noEmit"], ["tsc", "--noEmit", "-p", "cli/view/page"], ["knip"]];

/** The folders with the longest tests first, so that all processors end together. */
const folders = ["soak", "e2e", "cli", "process", "kernel", "unit"].map((name) => `test/${name}`);

/** All of test/kernel, or the files named behind it, in the second kernel: an hour. */
const FULL_KERNEL = "--full-kernel";

/** It takes minutes: to gather it, and more to put together. */
const COVERAGE = "--coverage";

const isCi = /^(1|true)$/i.test(process.env.CI ?? "");

const results = { passed: [], failed: [], skipped: [] };

try {
  const code = await testWithVersions(process.argv.slice(2));
  // Those that ran elsewhere have been summed up there.
  if (code !== undefined) process.exit(code);
  await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof Stop ? error.message : error.stack);
  results.failed.push("the set-up");
}
summarise();

// With words for mocha, such as `-- --grep veth` or `-- test/unit`, only the tests run: the short way while at work.
async function main(words) {
  const engine = await setUp();
  const withCoverage = words.includes(COVERAGE);
  const { PATH } = labEnv(engine);
  if (words.includes(FULL_KERNEL)) {
    await runFullKernel(
      words.filter((word) => word !== FULL_KERNEL),
      { PATH },
    );
    return;
  }
  const mochaArgs = words.filter((word) => word !== COVERAGE);
  const isAll = mochaArgs.length === 0;
  if (isAll) {
    await runStaticChecks();
  }
  const took = await runTests(isAll ? folders : mochaArgs, {
    PATH,
    ...(withCoverage ? coverageEnv() : {}),
  });
  if (withCoverage) {
    await reportCoverage();
  }
  if (isAll) {
    slowest(took).forEach((line) => void say(line));
  }
}

async function runStaticChecks() {
  const check = ([program, ...args]) => run([path.join(modulesDir, ".bin", program), ...args], { cwd: root });
  // Side by side, for each keeps one processor at work.
  const ran = await step("Checking with Biome, tsc and knip", () => Promise.all(staticChecks.map(check)));
  for (const [index, { code, output }] of ran.entries()) {
    const [program] = staticChecks[index];
    note(code === 0 ? "passed" : "failed", program);
    if (code !== 0) {
      say(`${output}${program} found faults.`);
    }
  }
}

async function runTests(args, env) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "netns-results-"));
  const file = path.join(scratch, "results.json");
  const mocha = path.join(modulesDir, "mocha/bin/mocha.js");
  const strict = isCi ? ["--forbid-only"] : [];
  // Each file is a world of its own: lab hosts, stacks and folders that no other file sees.
  // One more than processors, for much of what they do is to wait for the kernel.
  const sideBySide = ["--parallel", "--jobs", String(os.availableParallelism() + 1)];
  try {
    const options = { cwd: root, env: { ...process.env, ...env, NETNS_TEST_RESULTS: file } };
    const code = await handOver([process.execPath, mocha, ...strict, ...sideBySide, ...args], options);
    const { took, ...counted } = readResults(file);
    return [...took, ...(await collect(counted, code, env))];
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function collect({ skipped, ...counted }, code, { PATH }) {
  noteAll(counted);
  if (code !== 0 && counted.failed.length === 0) {
    note("failed", `mocha, which ended with ${code}`);
  } else if ([...Object.values(counted), skipped].every((names) => names.length === 0)) {
    note("failed", "to find a test");
  }
  const left = forSecondKernel(skipped);
  const there = left.length > 0 ? await inSecondKernel(left, { PATH }) : undefined;
  noteSkips(there ? skipped.filter((test) => !left.includes(test)) : skipped);
  return there?.took ?? [];
}

/** What this kernel lacks a part for: what it finds counts as if it had been here. */
async function inSecondKernel(left, env) {
  const files = [...new Set(left.map(({ file }) => file))];
  const found = await runInSecondKernel({ files, titles: left.map(({ title }) => title), env }).catch(failure);
  if (!found) {
    return undefined;
  }
  const { skipped = [], took = [], ...counted } = found;
  noteAll(counted);
  noteSkips(skipped);
  const ran = Object.values(counted).flat().length + skipped.length;
  if (ran < left.length && counted.failed.length === 0) {
    note("failed", `${left.length - ran} of the tests that are for the second kernel have not run in it`);
  }
  return { took };
}

async function runFullKernel(words, env) {
  const files = words.length > 0 ? words : kernelTests();
  const found = await runInSecondKernel({ files, env, withinMs: 7_200_000 });
  if (!found) {
    throw new Stop("There is no second kernel here.");
  }
  const { skipped, took, ...counted } = found;
  noteAll(counted);
  noteSkips(skipped);
  slowest(took).forEach((line) => void say(line));
}

function kernelTests() {
  const all = readdirSync(path.join(root, "test/kernel"), { recursive: true });
  return all.filter((file) => file.endsWith(".test.ts")).map((file) => `test/kernel/${file}`);
}

/** A second kernel that does not start, or ends early, is a test that has failed. */
function failure(error) {
  say(error instanceof Stop ? error.message : error.stack);
  return { passed: [], failed: ["the second kernel"] };
}

function noteAll(counted) {
  for (const [verdict, names] of Object.entries(counted)) {
    names.forEach((name) => void note(verdict, name));
  }
}

/** In CI all is there that a test may need, or the second kernel has it. */
function noteSkips(skipped) {
  for (const { title } of skipped) {
    note("skipped", title);
    say(`skipped: ${title}`);
    if (isCi) {
      note("failed", `the skip of: ${title}`);
    }
  }
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: [], failed: [], skipped: [], took: [] };
  }
}

function note(verdict, name) {
  results[verdict].push(name);
}

function summarise() {
  results.failed.forEach((name) => void say(`failed: ${name}`));
  const counts = Object.entries(results).map(([verdict, names]) => `${names.length} ${verdict}`);
  process.exitCode = results.failed.length > 0 ? 1 : 0;
  console.log(counts.join(", "));
}
