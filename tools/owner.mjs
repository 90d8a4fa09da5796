import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, realpathSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { root, stateDir } from "./places.mjs";
import { Stop } from "./shell.mjs";

/** Who called sudo, when this is root in that user's own clone: what we set up must then be that user's, too. */
export function sudoCaller(env = process.env) {
  const uid = Number(env.SUDO_UID);
  const isTheirs = process.getuid?.() === 0 && uid > 0 && statSync(root).uid === uid;
  return isTheirs ? { uid, gid: Number(env.SUDO_GID ?? uid) } : undefined;
}

/**
 * For a folder that we run programs from and write locks into: if another user has put it or a folder above it there, or
 * may put another one in its place, we would run what that user likes. The caller of sudo has us run what is theirs
 * anyway. A group may be one user's own.
 */
export function requireOwn(folder, env = process.env) {
  // Whoever owns `/` has it all; in a user namespace it is the user that stands for all unknown ones.
  const friends = [0, process.geteuid?.(), Number(env.SUDO_UID || 0), statSync("/").uid];
  const real = existsSync(folder) ? realpathSync(folder) : folder;
  for (const place of new Set([...upFrom(path.resolve(folder)), ...upFrom(real)])) {
    const found = lstatSync(place, { throwIfNoEntry: false });
    const why = found && whyForeign(found, friends, place === real);
    if (why) {
      throw new Stop(
        `${place} ${why}, and programs are run from it: remove it, mend its owner and mode, or set XDG_CACHE_HOME to a folder of your own.`,
      );
    }
  }
}

/** In a folder like /tmp every user may make things, but only replace those of their own. */
function whyForeign(found, friends, isLast) {
  if (!friends.includes(found.uid)) return `belongs to uid ${found.uid}`;
  const isOpen = !found.isSymbolicLink() && found.mode & 0o002 && (isLast || !(found.mode & 0o1000));
  return isOpen ? "can be written by every user" : undefined;
}

function upFrom(place) {
  const above = path.dirname(place);
  return above === place ? [place] : [place, ...upFrom(above)];
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
