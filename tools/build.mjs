import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
/** All is built here first, for others may be running what is in dist/. */
const draft = join(root, "dist.draft");
const old = join(root, "dist.old");
const plugin = join(draft, "plugin");

/**
 * Builds dist/: `plugin/`, a folder that needs nothing beside it but Node, and `sdk/`, the library.
 * The plugin is two files, for the first is to say its port before the second is loaded.
 */
export async function build() {
  await Promise.all([draft, old].map((folder) => rm(folder, { recursive: true, force: true })));
  await mkdir(plugin, { recursive: true });
  await Promise.all([buildPlugin(), buildSdk()]);
  // Two renames and not a removal in between: who starts the plugin meanwhile finds the old one or the new one.
  await rename(dist, old).catch(() => {});
  await rename(draft, dist);
  await rm(old, { recursive: true, force: true });
}

async function buildPlugin() {
  const esbuild = await import("esbuild");
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: "linked",
    minifySyntax: true,
    logLevel: "warning",
  };
  const executable = join(plugin, "pulumi-resource-netns");
  await Promise.all([
    esbuild.build({
      ...common,
      entryPoints: ["provider/main.ts"],
      outfile: executable,
      external: ["./server/serve"],
      banner: { js: "#!/usr/bin/env node" },
    }),
    esbuild.build({
      ...common,
      entryPoints: ["provider/server/serve.ts"],
      outfile: join(plugin, "server", "serve.js"),
    }),
    copyFile(join(root, "provider", "schema.json"), join(plugin, "schema.json")),
  ]);
  await chmod(executable, 0o755);
}

/** In a process of its own: the compiler leaves no other way to run a whole project. */
async function buildSdk() {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  try {
    await promisify(execFile)(process.execPath, [compiler, "-p", "tsconfig.sdk.json", "--outDir", join(draft, "sdk")], {
      cwd: root,
    });
  } catch (error) {
    throw new Error(`the SDK does not compile:\n${error.stdout}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
