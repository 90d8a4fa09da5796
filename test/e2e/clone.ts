import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { root, scratch } from "../support/engine/project";
import type { LabHost } from "../support/labHost/labHost";

/**
 * A copy of the repository as a user has it after the first `npm run`: what is run in it leaves the original alone. `seen`: where
 * who uses it has the original, for its node modules.
 */
export async function cloneRepository(host: LabHost, seen = root): Promise<string> {
  const folder = await scratch("clone");
  const tracked = await host.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root });
  const files = tracked.split("\n").filter((file) => existsSync(path.join(root, file)));
  for (const file of [...files, "dist"]) {
    await cp(path.join(root, file), path.join(folder, file), { recursive: true, preserveTimestamps: true });
  }
  await linkModules(folder, path.join(seen, "node_modules"));
  return folder;
}

/** A folder of links instead of one link: should `npm` write there, it writes into the copy. */
async function linkModules(folder: string, from: string): Promise<void> {
  const to = path.join(folder, "node_modules");
  await mkdir(to);
  for (const name of await readdir(path.join(root, "node_modules")))
    await symlink(path.join(from, name), path.join(to, name));
  const stamp = path.join(to, ".package-lock.sha256");
  await rm(stamp, { force: true });
  await writeFile(
    stamp,
    createHash("sha256")
      .update(await readFile(path.join(folder, "package-lock.json")))
      .digest("hex"),
  );
}
