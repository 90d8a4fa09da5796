import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

export const languageHost = "pulumi-language-nodejs";

/** Puts programs into a folder that look like an engine of that version. */
export function fakeEngine(folder: string, version: string, programs = ["pulumi", languageHost]): string {
  mkdirSync(folder, { recursive: true });
  for (const program of programs) {
    const file = path.join(folder, program);
    writeFileSync(file, `#!/bin/sh\necho ${version}\n`);
    chmodSync(file, 0o755);
  }
  return folder;
}

/** A release's archive: all programs in the one folder `pulumi/`. */
export function fakeRelease(scratch: string, version: string): string {
  const archive = path.join(scratch, "release.tar.gz");
  fakeEngine(path.join(scratch, "pulumi"), version);
  execFileSync("tar", ["-czf", archive, "-C", scratch, "pulumi"]);
  return archive;
}
