import { accessSync, constants, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { isAbsolute, join } from "node:path";

const SYSTEM = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Programs of the system are found even where a user's PATH does not look. */
export function searchPath(): string {
  return [...(process.env.PATH ?? "").split(":").filter(isAbsolute), SYSTEM].join(":");
}

/** Whether this user has uids and gids beside its own (subuid(5)), which newuidmap(1) gives to what it starts. */
export function hasRanges(): boolean {
  const owners = [userName(), String(process.geteuid?.())];
  const isListed = (file: string) =>
    textOf(file)
      .split("\n")
      .some((line) => line.includes(":") && owners.includes(line.split(":")[0]));
  return ["newuidmap", "newgidmap"].every(isProgram) && ["/etc/subuid", "/etc/subgid"].every(isListed);
}

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // It has no line in passwd(5).
    return undefined;
  }
}

function isProgram(name: string): boolean {
  const canRun = (folder: string) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  return searchPath().split(":").some(canRun);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
