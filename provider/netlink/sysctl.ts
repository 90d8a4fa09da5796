import { closeSync, constants, openSync, readdirSync, readFileSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { inNewNamespace, within } from "./inNamespace";

/** Settings of a namespace, by their paths below /proc/sys: `net/ipv4/ip_forward`. Errors are those of node:fs. */

const ROOT = "/proc/sys";
/** All that are of a namespace. */
const NET = "net";
const READABLE = 0o444;
const WRITABLE = 0o222;

/** The value of a key, as the kernel writes it; what has none is a folder of keys, or an action. */
export type Sysctl = { value: string } | { is: "folder" | "action" };

/** Of each key what it is, or why it cannot be read. */
export function readSysctls(netns: string | undefined, keys: readonly string[]): (Sysctl | Error)[] {
  return within(netns, () =>
    keys.map((key) => {
      try {
        return readSysctl(fileOf(key));
      } catch (error) {
        return error as Error;
      }
    }),
  );
}

/** To find a file takes the kernel the longer the more namespaces there are: most are looked for once. */
function readSysctl(file: string): Sysctl {
  try {
    return { value: readFileSync(file, "utf8") };
  } catch (error) {
    const facts = statSync(file);
    if (facts.isDirectory()) return { is: "folder" };
    if ((facts.mode & READABLE) === 0) return { is: "action" };
    throw error;
  }
}

/** The values of a key in each of the folders of a folder, by their paths, where it has one there. */
export function readSysctlOfEach(
  netns: string | undefined,
  places: readonly (readonly [folder: string, name: string])[],
): Map<string, string> {
  return within(netns, () => {
    const found = new Map<string, string>();
    for (const [folder, name] of places) {
      for (const one of listed(folder)) {
        const key = `${folder}/${one}/${name}`;
        const value = readIfThere(key);
        if (value !== undefined) found.set(key, value);
      }
    }
    return found;
  });
}

/** `ifThere`: a key that is missing is nothing to do. */
export function writeSysctl(netns: string | undefined, key: string, value: string, ifThere = false): void {
  within(netns, () => {
    try {
      // Without O_CREAT, with which a key that is missing is one that may not be made.
      const fd = openSync(fileOf(key), constants.O_WRONLY);
      try {
        // With the end of the line, as sysctl(8) writes it: of no bytes at all the kernel takes nothing.
        writeSync(fd, `${value}\n`);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      if (!ifThere || !isGone(error)) throw error;
    }
  });
}

/** All keys below `net`, sorted. */
export function listSysctls(netns: string | undefined): string[] {
  return within(netns, () => [...keysBelow(NET)].sort());
}

/** The values of all keys below `net` that can be read and written, by their paths. */
export function readSettings(netns: string | undefined): Map<string, string> {
  return within(netns, settings);
}

/** The same of a namespace that is new, and gone with the answer. */
export function readNewSettings(): Map<string, string> {
  return inNewNamespace(settings);
}

function settings(): Map<string, string> {
  const found = new Map<string, string>();
  for (const key of keysBelow(NET)) {
    const value = isSetting(key) ? readIfThere(key) : undefined;
    if (value !== undefined) found.set(key, value);
  }
  return found;
}

/** What everybody may read: the others are keys in another sense of the word. */
function isSetting(key: string): boolean {
  const mode = statSync(fileOf(key), { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & WRITABLE) !== 0 && (mode & READABLE) === READABLE;
}

function* keysBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(path.join(ROOT, folder), { withFileTypes: true })) {
    const key = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* keysBelow(key);
    else yield key;
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(fileOf(folder));
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function readIfThere(key: string): string | undefined {
  try {
    return readFileSync(fileOf(key), "utf8");
  } catch (error) {
    if (isGone(error) || hasNoValue(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}

/** Of keys that only the kernel may read or that are an action. */
function hasNoValue(error: unknown): boolean {
  return ["EACCES", "EPERM", "EINVAL", "EIO"].includes(codeOf(error) ?? "");
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** What would lead out of /proc/sys is no key. */
function fileOf(key: string): string {
  if (key.split("/").some((part) => part === "" || part === "." || part === ".."))
    throw new Error(`${key} is no key of /proc/sys`);
  return path.join(ROOT, key);
}
