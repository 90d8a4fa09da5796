import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { root } from "./places.mjs";
import { step } from "./progress.mjs";
import { capture, findOnPath } from "./shell.mjs";

const library = "@pulumi/pulumi";

const engineModule = "github.com/pulumi/pulumi/pkg/v3";

/**
 * A copy of the repository that asks for the newest library and engine of Pulumi's that npm and Go's module proxy have. Returns
 * its folder, for the caller to remove, and both versions.
 */
export async function copyWithNewest(env = process.env) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "netns-newest-"));
  try {
    return await step(`Asking for the newest ${library} and engine`, async () => {
      const sdk = JSON.parse(await capture(["npm", "view", library, "version", "--json"], { env }));
      await copyRepository(folder, env);
      const words = ["--package-lock-only", "--no-audit", "--no-fund", "--loglevel=error"];
      await capture(["npm", "install", ...words, `${library}@${sdk}`], { cwd: folder, env });
      return { folder, sdk, engine: await takeNewestEngine(path.join(folder, "tools/engine"), sdk, env) };
    });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function copyRepository(folder, env) {
  const listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = (await capture(listed, { cwd: root, env })).split("\0").filter(Boolean);
  // Those that git has are not all there any more.
  for (const file of files.filter((name) => existsSync(path.join(root, name)))) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(folder, file), { preserveTimestamps: true });
  }
}

// Where there is no Go, none is built: the engine's releases have the numbers of the library's.
async function takeNewestEngine(folder, sdk, env) {
  const go = findOnPath("go", `${env.PATH}:/usr/local/go/bin`);
  if (!go) {
    return sdk;
  }
  const options = { cwd: folder, env: { ...env, GOWORK: "off" } };
  const found = await capture([go, "list", "-m", "-f", "{{.Version}}", `${engineModule}@latest`], options);
  const version = found.trim().replace(/^v/, "");
  await capture([go, "get", "-tool", `${engineModule}/cmd/pulumi@v${version}`], options);
  return version;
}
