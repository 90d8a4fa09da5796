import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { root } from "./places.mjs";
import { capture, findOnPath } from "./shell.mjs";

export const sdkDir = path.join(root, "sdk");
export const stampFile = path.join(sdkDir, "generated.json");
const generator = path.join(root, "tools/engine");

/** What no generator writes: Go's own lists of modules, and what PyPI shows. */
const byHand = ["go/go.mod", "go/go.sum", "python/README.md", "python/LICENSE"];

/** What the libraries are made from, and what they are: hashes, by which a test knows old ones without Go. */
export function sdkStamp() {
  return {
    from: madeFrom("main.go", readFileSync(path.join(root, "provider/schema.json"))),
    files: hash(generatedFiles(sdkDir).flatMap((name) => [name, readFileSync(path.join(sdkDir, name))])),
  };
}

/** The same of what examples in other languages are made from. */
export function exampleStamp(programs) {
  return madeFrom("examples.go", JSON.stringify(programs));
}

export function recordedStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, "utf8"));
  } catch {
    // As a merge leaves it that found two of them.
    return undefined;
  }
}

/** The libraries for Python and Go, as Pulumi's own generators write them, into `folder`. */
export function writeSdks(folder, env = process.env) {
  return generated([path.join(root, "provider/schema.json"), folder], env);
}

/** Programs in PCL, by name, in Python and Go, by Pulumi's own generators too. */
export async function translated(programs) {
  const draft = mkdtempSync(path.join(os.tmpdir(), "netns-examples-"));
  try {
    const file = path.join(draft, "programs.json");
    writeFileSync(file, JSON.stringify(programs));
    return JSON.parse(await generated(["examples", file], process.env));
  } finally {
    rmSync(draft, { recursive: true });
  }
}

function generated(args, env) {
  const go = findOnPath("go", `${env.PATH}:/usr/local/go/bin`);
  if (!go) {
    throw new Error("there is no `go` on PATH");
  }
  const argv = [go, "run", "-mod=readonly", "./sdks", ...args];
  return capture(argv, { cwd: generator, env: { ...env, CGO_ENABLED: "0", GOWORK: "off" } });
}

/** Every file below a folder of libraries that the generators write. */
export function generatedFiles(folder) {
  return ["go", "python"]
    .flatMap((language) => readdirSync(path.join(folder, language), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !/\/(__pycache__|[\w.]+\.egg-info|build|dist)$/.test(entry.parentPath))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) => !byHand.includes(name))
    .sort();
}

function madeFrom(program, text) {
  const pin = readFileSync(path.join(generator, "go.mod"), "utf8").match(/pulumi\/pkg\/v3 v\S+/)[0];
  return hash([pin, text, readFileSync(path.join(generator, "sdks", program))]);
}

function hash(parts) {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(part).update("\0");
  return sum.digest("hex");
}
