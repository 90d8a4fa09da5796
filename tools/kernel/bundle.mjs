import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../places.mjs";

/** Not for a bundle: what has machine code or files beside it, and what is large and seldom loaded. */
const external = ["koffi", "esbuild", "typescript", "playwright-core", "tsx", "mocha", "@pulumi/*", "@viz-js/viz"];

/** What each suite has from .mocharc.json elsewhere, and times for a slow kernel. */
const FIRST = ["seed", "env", "slow"].map((name) => `test/support/suites/${name}.ts`);

/** A program that is started as a file: `path.join(__dirname, "netlinkServer.ts")`, `require.resolve("./nftablesChild")`. */
const STARTED = /__dirname, "([\w/]+)\.ts"|require\.resolve\("(\.\/\w+)"\)/g;

/**
 * Puts test files into one program below `layer`, at the place that they have on the machine, and what they start as programs of
 * their own: a kernel without KVM would take minutes to load and translate a thousand files. Returns the program.
 */
export async function bundleTests(files, layer) {
  const esbuild = await import("esbuild");
  const started = new Set();
  const below = (file) => path.join(layer, path.relative("/", root), file);
  const options = {
    ...{ absWorkingDir: root, bundle: true, platform: "node", format: "cjs", target: "node20", logLevel: "error" },
    external,
    plugins: [
      { name: "places", setup: (build) => void build.onLoad({ filter: /\.m?[jt]s$/ }, (it) => load(it.path, started)) },
    ],
  };
  const program = "test/kernel/secondKernel.js";
  const contents = [...FIRST, ...files].map((file) => `import ${JSON.stringify(`./${file}`)};`).join("\n");
  await esbuild.build({ ...options, stdin: { contents, resolveDir: root }, outfile: below(program) });
  for (const done = new Set(); done.size < started.size; ) {
    const entryPoints = [...started].filter((file) => !done.has(file));
    for (const file of entryPoints) done.add(file);
    await esbuild.build({ ...options, entryPoints, outbase: root, outdir: below("") });
  }
  return program;
}

/** A module that still knows where it was. */
function load(file, started) {
  const beside = (name) => path.join(path.dirname(file), name);
  const whole = readFileSync(file, "utf8");
  const text = file.includes("/node_modules/")
    ? whole
    : whole.replace(STARTED, (words, joined, resolved) => {
        started.add(`${beside(joined ?? resolved)}.ts`);
        return joined ? words : JSON.stringify(`${beside(resolved)}.js`);
      });
  const place = /\b__dirname\b/.test(text) ? `const __dirname = ${JSON.stringify(path.dirname(file))};` : "";
  const contents = text.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(file).href));
  return { contents: text.startsWith("#!") ? text : place + contents, loader: file.endsWith(".ts") ? "ts" : "js" };
}
