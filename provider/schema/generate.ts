import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exampleStamp, translated } from "../../tools/sdks.mjs";
import { components } from "../components";
import { configSchema } from "../core/config";
import { definitions } from "../definitions";
import { functions } from "../functions";
import { functionToken } from "../functions/function";
import { token } from "../resources/kind";
import {
  componentPages,
  componentsTable,
  functionPages,
  functionsTable,
  kindsTable,
  referencePages,
  withKinds,
} from "./docs";
import { forGenerators, GENERATED, readGenerated, withTranslations } from "./examples/translations";
import { packageSchema } from "./pulumi";
import { sdkFiles } from "./sdk";
import type { PackageSpec } from "./spec";
import { takenAlongPage } from "./takenAlongPage";

/** By the tokens of what they show. */
export const examples = Object.fromEntries([
  ...[...definitions, ...components].map((one) => [token(one), one.example]),
  ...functions.map((one) => [functionToken(one), one.example]),
]);

const root = join(__dirname, "../..");
/** By hand, but for its tables. */
const RESOURCES = "docs/resources.md";

/** Every generated file that is checked in: its path from the root of the repository, and its text. */
export function generate(): Record<string, string> {
  const spec = packageSchema(definitions, configSchema, functions, components);
  const whole = withTranslations(spec, examples, readGenerated());
  const under = (folder: string, files: Record<string, string>) =>
    Object.entries(files).map(([name, text]) => [join(folder, name), text] as const);
  const formatted = [
    ["provider/schema.json", `${JSON.stringify(whole, null, 2)}\n`] as const,
    ...under("provider/sdk", sdkFiles(spec)),
  ].map(([path, text]) => [path, format(path, text)] as const);
  return Object.fromEntries([
    ...formatted,
    ["docs/taken-along.md", takenAlongPage()],
    ...under("docs/reference", {
      ...referencePages(definitions, spec),
      ...componentPages(components, spec),
      ...functionPages(functions, spec),
    }),
    ...resourcesPage(spec),
  ]);
}

function resourcesPage(spec: PackageSpec): [string, string][] {
  const path = join(root, RESOURCES);
  if (!existsSync(path)) return [];
  const all = [kindsTable(definitions, spec), componentsTable(components, spec), functionsTable(functions, spec)];
  const tables = all.join("\n");
  return [[RESOURCES, withKinds(readFileSync(path, "utf8"), tables)]];
}

/** As `biome ci` wants to find it. */
function format(path: string, text: string): string {
  const biome = require.resolve("@biomejs/biome/bin/biome");
  const args = [biome, "check", "--write", `--stdin-file-path=${path}`];
  return execFileSync(process.execPath, args, { cwd: root, input: text, encoding: "utf8" });
}

/** By Pulumi's generators, where what they come from has changed. */
async function renewExamples(): Promise<void> {
  const given = forGenerators(packageSchema(definitions, configSchema, functions, components), examples);
  const from = exampleStamp(given);
  if (readGenerated().from === from) return;
  try {
    const text = JSON.stringify({ from, programs: await translated(given) });
    writeFileSync(join(root, GENERATED), format(GENERATED, text));
  } catch (error) {
    console.error(`The examples in Python and Go are old, for they could not be generated: ${error}`);
    process.exitCode = 1;
  }
}

async function write(): Promise<void> {
  await renewExamples();
  for (const [path, text] of Object.entries(generate())) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

if (require.main === module) void write();
