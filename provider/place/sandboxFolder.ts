import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { NetnsError } from "../errors";
import { whyForeign } from "../host/foreign";

/**
 * Where the records of this user's sandboxes are: in the folder that systemd makes for each user, else in one of our own
 * that nobody else can write into. Makes it.
 */
export function sandboxFolder(env: NodeJS.ProcessEnv = process.env): string {
  const uid = process.geteuid?.() ?? 0;
  const runtime = [env.XDG_RUNTIME_DIR, `/run/user/${uid}`].find((folder) => folder && isOwn(folder, uid));
  const base = runtime ? join(runtime, "pulumi-netns") : join(resolve(tmpdir()), `pulumi-netns-${uid}`);
  const folder = join(base, "sandboxes");
  for (const each of [base, folder]) makeOwn(each, uid);
  return folder;
}

function isOwn(folder: string, uid: number): boolean {
  const found = isAbsolute(folder) ? lstatSync(folder, { throwIfNoEntry: false }) : undefined;
  return found?.isDirectory() === true && found.uid === uid && (found.mode & 0o022) === 0;
}

/** Another user may make a folder in /tmp before we do, or a link that leads to one of ours. */
function makeOwn(folder: string, uid: number): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") throw unusable(folder, message);
  }
  const found = lstatSync(folder);
  const why = whyForeign({ isFolder: found.isDirectory(), uid: found.uid, mode: found.mode }, uid);
  if (why) throw unusable(folder, why);
}

function unusable(folder: string, said: string): NetnsError {
  return new NetnsError({
    kind: "permission",
    tried: `could not keep the records of sandboxes in ${folder}`,
    said,
    todo: "Remove it, or set XDG_RUNTIME_DIR to a folder that is this user's alone.",
  });
}
