import { rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { scratch } from "../../test/support/project";

let folder: Promise<string> | undefined;

/** The folder of the provider that does nothing, bundled as ours is, so that it starts no slower. */
export function nothingPlugin(): Promise<string> {
  folder ??= bundle();
  return folder;
}

async function bundle(): Promise<string> {
  const into = await scratch("nothing");
  process.on("exit", () => rmSync(into, { recursive: true }));
  const executable = path.join(into, "pulumi-resource-netns");
  await build({
    entryPoints: [path.join(__dirname, "main.ts")],
    outfile: executable,
    bundle: true,
    platform: "node",
    target: "node20",
    minifySyntax: true,
    logLevel: "warning",
    banner: { js: "#!/usr/bin/env node" },
  });
  await chmod(executable, 0o755);
  return into;
}
