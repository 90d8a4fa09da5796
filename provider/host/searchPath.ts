import { accessSync, constants } from "node:fs";
import { isAbsolute, join } from "node:path";

/** Where the system's programs are, root's as well. */
export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Programs of the system are found even where a user's PATH does not look. */
export function searchPath(): string {
  return [...(process.env.PATH ?? "").split(":").filter(isAbsolute), SYSTEM_PATH].join(":");
}

/** The file of a program, where it is on that path. */
export function programNamed(name: string): string | undefined {
  return searchPath()
    .split(":")
    .map((folder) => join(folder, name))
    .find(canRun);
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
