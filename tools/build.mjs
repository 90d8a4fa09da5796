import { execFile } from "node:child_process";
import { chmod, copyFile, cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { putKoffi } from "./koffi.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
/** All is built here first, for others may be running what is in dist/. */
const draft = join(root, "dist.draft");
const old = join(root, "dist.old");
const plugin = join(draft, "plugin");

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
const executableBanner = { js: "#!/usr/bin/env node" };

/**
 * Builds dist/: `plugin/`, a folder that needs nothing beside it but Node, `cli/`, the command, `policy/`, the policy pack,
 * `sdk/`, the library, and `testing/`, its part for tests. The plugin is two files, for the first is to say its port before
 * the second is loaded. Beside it and the command is what their process for nftables runs, and beside the plugin what leads
 * into a sandbox, what gets it to lab hosts (there.js), and koffi for those.
 */
export async function build() {
  await Promise.all([draft, old].map((folder) => rm(folder, { recursive: true, force: true })));
  await mkdir(plugin, { recursive: true });
  await Promise.all([buildPlugin(), buildCli(), buildPolicy(), buildSdk(), buildTesting()]);
  // Two renames and not a removal in between: who starts the plugin meanwhile finds the old one or the new one.
  await rename(dist, old).catch(() => {});
  await rename(draft, dist);
  await rm(old, { recursive: true, force: true });
}

/** The policy pack, a package of its own: what Pulumi has for such is no part of what users of the plugin install. */
async function buildPolicy() {
  const esbuild = await import("esbuild");
  const folder = join(draft, "policy");
  await esbuild.build({
    ...common,
    entryPoints: ["policy/index.ts"],
    outfile: join(folder, "index.js"),
    external: ["@pulumi/policy", "@pulumi/pulumi"],
  });
  for (const file of ["package.json", "PulumiPolicy.yaml"])
    await copyFile(join(root, "policy", file), join(folder, file));
}

async function buildPlugin() {
  const esbuild = await import("esbuild");
  const executable = join(plugin, "pulumi-resource-netns");
  await Promise.all([
    esbuild.build({
      ...common,
      entryPoints: ["provider/main.ts"],
      outfile: executable,
      external: ["./server/serve"],
      banner: executableBanner,
    }),
    esbuild.build({
      ...common,
      entryPoints: ["provider/server/serve.ts"],
      outfile: join(plugin, "server", "serve.js"),
      external: ["koffi", "./nftablesChild"],
    }),
    esbuild.build({
      ...common,
      entryPoints: ["provider/place/sandboxed.ts"],
      outfile: join(plugin, "sandboxed.js"),
    }),
    buildNftables(join(plugin, "server")),
    buildThere(esbuild),
    putKoffi(join(plugin, "koffi")),
    copyFile(join(root, "provider", "schema.json"), join(plugin, "schema.json")),
  ]);
  await chmod(executable, 0o755);
}

/** What a lab host's Node gets as a word of its command line. */
async function buildThere(esbuild) {
  await esbuild.build({
    ...common,
    entryPoints: ["provider/place/there.ts"],
    outfile: join(plugin, "there.js"),
    minify: true,
    sourcemap: false,
  });
}

/** What the process for nftables runs, beside what starts it. */
async function buildNftables(folder) {
  const esbuild = await import("esbuild");
  await esbuild.build({
    ...common,
    entryPoints: ["provider/netlink/nftablesChild.ts"],
    outfile: join(folder, "nftablesChild.js"),
    external: ["koffi"],
  });
}

async function buildCli() {
  const esbuild = await import("esbuild");
  const folder = join(draft, "cli");
  const executable = join(folder, "netns");
  // Each is a program of its own, and has all that it needs but what only some commands load.
  const shared = {
    ...{ ...common, minify: true, keepNames: true, banner: executableBanner },
    external: ["koffi", "./nftablesChild"],
    plugins: [besides("@viz-js/viz", "./viz.js")],
  };
  const programs = {
    netns: "cli/main.ts",
    "inside.js": "cli/inside.ts",
    "recorded.js": "cli/recorded.ts",
    "probes.js": "cli/probes.ts",
    "why.js": "cli/why/worker.ts",
    "nft.js": "cli/firewalls/worker.ts",
    "look.js": "cli/view/look/main.ts",
  };
  const outputs = Object.entries(programs);
  await Promise.all([
    ...outputs.map(([file, entry]) => esbuild.build({ ...shared, entryPoints: [entry], outfile: join(folder, file) })),
    esbuild.build({ ...common, entryPoints: ["@viz-js/viz"], outfile: join(folder, "viz.js") }),
    buildNftables(folder),
    ...["prompt", "completion"].map((name) => cp(join(root, "cli", name), join(folder, name), { recursive: true })),
    buildPage(esbuild, join(folder, "view.html")),
  ]);
  await chmod(executable, 0o755);
}

/** A package that is a file of its own beside the bundle, for it is large and seldom loaded. */
function besides(name, file) {
  return {
    name: `${name} beside the bundle`,
    setup: ({ onResolve }) => onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: file, external: true })),
  };
}

/** The page of `netns view` as one file that loads no other. */
async function buildPage(esbuild, outfile) {
  const page = join(root, "cli", "view", "page");
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["cli/view/page/main.ts"],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    logLevel: "warning",
  });
  const [html, css] = await Promise.all(["index.html", "page.css"].map((name) => readFile(join(page, name), "utf8")));
  const script = outputFiles[0].text.replaceAll("</script", "<\\/script");
  await writeFile(
    outfile,
    html.replace("/* page.css */", () => css).replace("/* main.ts */", () => script),
  );
}

function buildSdk() {
  return compile("sdk", join(draft, "sdk"));
}

/** `pulumi-netns/testing`, with the copy of Pulumi's library that programs have. */
async function buildTesting() {
  const esbuild = await import("esbuild");
  const folder = join(draft, "testing");
  await Promise.all([
    esbuild.build({
      ...common,
      entryPoints: ["testing/index.ts"],
      outfile: join(folder, "index.js"),
      external: ["@pulumi/pulumi"],
    }),
    compile("testing", join(folder, "types")),
  ]);
}

/** In a process of its own: the compiler leaves no other way to run a whole project. */
async function compile(project, folder) {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const argv = [compiler, "-p", `tsconfig.${project}.json`, "--outDir", folder];
  try {
    await promisify(execFile)(process.execPath, argv, { cwd: root });
  } catch (error) {
    throw new Error(`${project} does not compile:\n${error.stdout}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
