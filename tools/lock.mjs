import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import { requireOwn } from "./owner.mjs";
import { cacheDir } from "./places.mjs";
import { step } from "./progress.mjs";
import { capture } from "./shell.mjs";

/**
 * Lets one process at a time set up the same thing. The lock belongs to our open file, which util-linux's `flock`
 * only inherits for a moment: it ends with this process, however that ends.
 */
export async function locked(thing, work, env = process.env) {
  requireOwn(cacheDir(env), env);
  const folder = path.join(cacheDir(env), "locks");
  mkdirSync(folder, { recursive: true });
  const name = createHash("sha256").update(thing).digest("hex").slice(0, 16);
  const fd = openSync(path.join(folder, name), "w");
  try {
    if (!takenAtOnce(fd)) {
      const stdio = ["ignore", "pipe", "pipe", fd];
      await step("Waiting for another set-up of the same thing", () => capture(["flock", "3"], { stdio }));
    }
    return await work();
  } finally {
    closeSync(fd);
  }
}

// A machine without flock(1) goes on unlocked: renames keep what is finished whole, only work may be done twice.
function takenAtOnce(fd) {
  const { error, status } = spawnSync("flock", ["-n", "3"], { stdio: ["ignore", "ignore", "ignore", fd] });
  return Boolean(error) || status === 0;
}
