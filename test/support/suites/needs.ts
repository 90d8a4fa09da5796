import { findOnPath } from "../../../tools/shell.mjs";

/**
 * For a mocha `before`, or to call in one with its `this`: skips the suite unless all of this is there: `root`, or the name of a
 * program. The titles of the skipped tests then say what is missing. If it is a part of the kernel, by the name of its option
 * (CONFIG_DUMMY), `npm test` runs them again in a second kernel, which has all of those (tools/kernel).
 */
export function needs(...names: string[]): (this: Mocha.Context) => void {
  return function (this: Mocha.Context) {
    const missing = names.filter((name) => !has(name));
    if (missing.length > 0) skipAll(this, ...missing);
  };
}

/** In a `before`: skips the suite, and has the titles of its tests say what is missing. */
export function skipAll(before: Mocha.Context, ...missing: string[]): never {
  before.test?.parent?.eachTest((test) => name(test, missing));
  return before.skip();
}

/** The same of one test, from within. */
export function skipThis(within: Mocha.Context, ...missing: string[]): never {
  if (within.test) name(within.test, missing);
  return within.skip();
}

function name(test: Mocha.Runnable, missing: readonly string[]): void {
  test.title += ` (needs ${missing.join(", ")})`;
}

/** Whether a program is there, or who runs this is `root`. */
export function has(name: string): boolean {
  if (name === "root") return process.getuid?.() === 0;
  return findOnPath(name, `${process.env.PATH ?? ""}:/usr/sbin:/sbin`) !== undefined;
}
