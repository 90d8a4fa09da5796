import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { modulesDir, root } from "../places.mjs";
import { say } from "../progress.mjs";
import { quote } from "../shell.mjs";
import { bundleTests } from "./bundle.mjs";
import { ensureKernel, whyNoKernel } from "./debian.mjs";
import { runInKernel } from "./machine.mjs";

/** Titles of tests that a kernel lacks something for end so (test/support/suites/needs.ts). */
const NEEDS = / \(needs (CONFIG_\w+(, )?)+\)$/;

/** How many times longer than elsewhere anything may take there: no KVM runs it. */
const SLOWNESS = 20;

const MINUTES = 60_000;

/**
 * Those of the tests that were skipped for want of a part of this kernel, which another one has. Where each `up` takes a minute,
 * tests with an engine do not run.
 */
export function forSecondKernel(skipped) {
  return skipped.filter(({ file, title }) => !file.startsWith("test/e2e/") && NEEDS.test(title));
}

/**
 * Runs tests in Debian's own kernel, on the machine's own files: all of `files`, or those that were skipped by these titles. Returns the counts of
 * mocha's as tools/reporter.mjs leaves them; undefined where no other kernel can run, which it says.
 */
export async function runInSecondKernel({ files, titles, env, withinMs = 20 * MINUTES }) {
  const why = whyNoKernel();
  if (why) {
    say(`No second kernel for tests: ${why}.`);
    return undefined;
  }
  const kernel = await ensureKernel();
  const scratch = mkdtempSync(path.join(os.tmpdir(), "netns-kernel-"));
  try {
    const [layer, out] = ["layer", "out"].map((name) => path.join(scratch, name));
    for (const folder of [layer, out]) mkdirSync(folder);
    const program = await bundleTests(files, layer);
    const config = {
      reporter: "tools/reporter.mjs",
      timeout: 60_000,
      spec: [program],
      ...(titles && { grep: only(titles) }),
    };
    writeFileSync(path.join(out, "mocharc.json"), JSON.stringify(config));
    say(`In Linux ${kernel.version}, which has what this one lacks:`);
    await runInKernel(kernel, { script: scriptOf(out, env), layer, out, scratch, withinMs });
    return JSON.parse(readFileSync(path.join(out, "results.json"), "utf8"));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function scriptOf(out, env) {
  const told = {
    ...env,
    CI: "true",
    NO_COLOR: "1",
    NETNS_TEST_RESULTS: `${out}/results.json`,
    NETNS_SLOWNESS: String(SLOWNESS),
  };
  const mocha = [
    process.execPath,
    path.join(modulesDir, "mocha/bin/mocha.js"),
    "--forbid-only",
    "--exit",
    "--config",
    `${out}/mocharc.json`,
  ];
  return [
    `cd ${quote(root)}`,
    // What a module of tunnels brings to every namespace is no part of any test; the first one has it.
    "sysctl -qw net.core.fb_tunnels_only_for_init_net=1",
    ...Object.entries(told).map(([name, value]) => `export ${name}=${quote(value)}`),
    mocha.map(quote).join(" "),
    "",
  ].join("\n");
}

function only(titles) {
  return `/^(?:${titles.map((title) => title.replace(NEEDS, "").replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|")})$/`;
}
