import { accessSync, constants } from "node:fs";
import path from "node:path";

/**
 * For a mocha `before`, or to call in one with its `this`: skips the suite unless all of this is there: `root`, or the name of a program. The titles of
 * the skipped tests then say what is missing, and so does test/skips.json where such a skip is allowed.
 */
export function needs(...names: string[]): (this: Mocha.Context) => void {
  return function (this: Mocha.Context) {
    const missing = names.filter((name) => !isThere(name));
    if (missing.length === 0) return;
    this.test?.parent?.eachTest((test) => {
      test.title += ` (needs ${missing.join(", ")})`;
    });
    this.skip();
  };
}

function isThere(name: string): boolean {
  if (name === "root") return process.getuid?.() === 0;
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"].filter(Boolean);
  return folders.some((folder) => canExecute(path.join(folder, name)));
}

function canExecute(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
