import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { putKoffi } from "./koffi.mjs";
import { distDir, root } from "./places.mjs";
import { ensureBuilt, ensureModules } from "./prepare.mjs";
import { say } from "./progress.mjs";
import { capture, Stop } from "./shell.mjs";

// Pulumi looks for these names on a server or a release page. Each has the same content: all builds for Linux are for lab
// hosts, and where there is no Linux here, the labs are on such.
const platforms = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64"];

// The same sources give the same bytes, so that anyone can check an archive by building it.
const reproducible = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0", "--mode=go=u,go-w"];

try {
  await main(process.argv[2] ?? root);
} catch (error) {
  say(error instanceof Stop ? error.message : error.stack);
  process.exitCode = 1;
}

/** Writes what `pulumi plugin install resource netns VERSION --file` takes into a folder, and prints the paths. */
async function main(folder) {
  await ensureModules();
  await ensureBuilt();
  mkdirSync(folder, { recursive: true });
  const { name, version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).pulumi;
  const plugin = path.join(distDir, "plugin");
  await putKoffi(path.join(plugin, "koffi"), { all: true });
  const beside = mkdtempSync(path.join(os.tmpdir(), "netns-archive-"));
  try {
    // Here no npm puts koffi where Node looks for it.
    const module = path.join(beside, "node_modules", "koffi");
    mkdirSync(module, { recursive: true });
    writeFileSync(path.join(module, "index.js"), 'module.exports = require("../../koffi");\n');
    for (const platform of platforms) {
      const file = path.join(folder, `pulumi-resource-${name}-v${version}-${platform}.tar.gz`);
      await pack(file, plugin, beside);
      console.log(file);
    }
  } finally {
    rmSync(beside, { recursive: true });
  }
}

// Without a PulumiPlugin.yaml, on purpose: where there is one, Pulumi runs `npm install` in the installed plugin.
function pack(file, plugin, beside) {
  const content = ["-C", plugin, ".", "-C", beside, "./node_modules"];
  return capture(["tar", "-czf", file, ...reproducible, "--exclude=*.map", "--exclude=*.cache", ...content]);
}
