import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { programNamed } from "../host/searchPath";

/** Whether this user has uids and gids beside its own (subuid(5)), which newuidmap(1) gives to what it starts. */
export function hasRanges(): boolean {
  const owners = [userName(), String(process.geteuid?.())];
  const isListed = (file: string) =>
    textOf(file)
      .split("\n")
      .some((line) => line.includes(":") && owners.includes(line.split(":")[0]));
  return ["newuidmap", "newgidmap"].every(programNamed) && ["/etc/subuid", "/etc/subgid"].every(isListed);
}

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // It has no line in passwd(5).
    return undefined;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
