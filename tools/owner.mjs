import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { root, stateDir } from "./places.mjs";

/** Who called sudo, when this is root in that user's own clone: what we set up must then be that user's, too. */
export function sudoCaller(env = process.env) {
  const uid = Number(env.SUDO_UID);
  const isTheirs = process.getuid?.() === 0 && uid > 0 && statSync(root).uid === uid;
  return isTheirs ? { uid, gid: Number(env.SUDO_GID ?? uid) } : undefined;
}

/**
 * Gives what pulumi wrote as root to the caller of sudo: else that user's next `npm run preview` could not even read the
 * state.
 */
export function giveBack({ folder, stack, env = process.env }) {
  const caller = sudoCaller(env);
  if (!caller) {
    return;
  }
  const home = env.HOME || os.homedir();
  const pulumiHome = statSync(home).uid === caller.uid ? [path.join(home, ".pulumi")] : [];
  const places = [stateDir, path.join(folder, `Pulumi.${stack}.yaml`), ...pulumiHome].filter((place) =>
    existsSync(place),
  );
  const change = ["--recursive", "--no-dereference", "--from=0", `${caller.uid}:${caller.gid}`];
  spawnSync("chown", [...change, ...places], { stdio: "ignore" });
}
