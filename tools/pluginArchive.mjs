import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { distDir, root } from "./places.mjs";
import { ensureBuilt, ensureModules } from "./prepare.mjs";
import { capture } from "./shell.mjs";

// Pulumi looks for these names on a server or a release page; the content is the same, for it is JavaScript.
const platforms = ["linux-amd64", "linux-arm64"];

// The same sources give the same bytes, so that anyone can check an archive by building it.
const reproducible = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0", "--mode=go=u,go-w"];

await main(process.argv[2] ?? root);

/** Writes what `pulumi plugin install resource netns VERSION --file` takes into a folder, and prints the paths. */
async function main(folder) {
  await ensureModules();
  await ensureBuilt();
  mkdirSync(folder, { recursive: true });
  const { name, version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).pulumi;
  for (const platform of platforms) {
    const file = path.join(folder, `pulumi-resource-${name}-v${version}-${platform}.tar.gz`);
    await pack(path.join(distDir, "plugin"), file);
    console.log(file);
  }
}

// Without a PulumiPlugin.yaml, on purpose: where there is one, Pulumi runs `npm install` in the installed plugin.
function pack(plugin, file) {
  return capture(["tar", "-czf", file, ...reproducible, "--exclude=*.map", "-C", plugin, "."]);
}
