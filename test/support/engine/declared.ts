import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Stack } from "./pulumi";

/** A resource as a program declares it, as data: with `secret(…)` and `outputOf(…)` where the program says so. */
export interface Declared {
  type: string;
  name: string;
  props: object;
  /** The resource's options. */
  options?: object;
  /** Not made but only read, by this id, as `.get()` does. */
  get?: string;
}

/** For the program that reads it: wrap the value with `pulumi.secret`. */
export function secret(value: unknown): object {
  return { $secret: value };
}

/** For the program that reads it: an output of a resource declared before, by its path. */
export function outputOf(resource: string, path: string): object {
  return { $of: resource, path };
}

/** For the program that reads it: one text out of several, outputs among them. */
export function textOf(...parts: unknown[]): object {
  return { $text: parts };
}

/** JavaScript: a function `revive` that turns declared properties into the program's. */
export const REVIVE = `
const made = {};
const revive = (value) => {
  if (Array.isArray(value)) return value.map(revive);
  if (value === null || typeof value !== "object") return value;
  if ("$secret" in value) return pulumi.secret(revive(value.$secret));
  if ("$text" in value) return pulumi.concat(...revive(value.$text));
  if ("$of" in value) return value.path.split(".").reduce((at, key) => at[key], made[value.$of]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]));
};
`;

/** A program for `stackOf` that declares what `declare` has written beside it. */
export const DECLARED = `${REVIVE}
const all = JSON.parse(require("node:fs").readFileSync(__dirname + "/declared.json", "utf8"));
for (const { type, name, props, options, get } of all) {
  const Class = netns[type];
  made[name] = get === undefined ? new Class(name, revive(props), revive(options)) : Class.get(name, get);
}
exports.made = made;
`;

/** For the environment of such a stack: its engine writes the state at the end of a run, and not at each step. */
export const WRITTEN_ONCE = { PULUMI_SKIP_CHECKPOINTS: "true" };

export function declare(stack: Stack, all: readonly Declared[]): Promise<void> {
  return writeFile(path.join(stack.folder, "declared.json"), JSON.stringify(all, null, 2));
}
