import { closeSync, constants, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import path from "node:path";
import { inNamespace, OWN_NETNS } from "./inNamespace";

/** Settings of a namespace, by their paths below /proc/sys: `net/ipv4/ip_forward`. */

const ROOT = "/proc/sys";
/** All that are of a namespace. */
const NET = "net";
/** Of keys that are gone, that only the kernel may read or that are an action, and of folders. */
const NO_VALUE = ["ENOENT", "EACCES", "EPERM", "EISDIR", "EINVAL", "EIO"];

/** The values of keys, as the kernel writes them; a key without one is not among them. */
export function readSysctls(netns: string | undefined, keys: readonly string[]): Map<string, string> {
  return inNamespace(netns ?? OWN_NETNS, () => {
    const pairs = keys.map((key) => [key, read(key)] as const);
    return new Map(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
  });
}

/** Writes values in their order, as far as the first that the kernel refuses: that is the error of node:fs. */
export function writeSysctls(netns: string | undefined, values: ReadonlyMap<string, string>): void {
  inNamespace(netns ?? OWN_NETNS, () => {
    for (const [key, value] of values) write(fileOf(key), value);
  });
}

/** All keys below `net`, sorted. */
export function listSysctls(netns: string | undefined): string[] {
  return inNamespace(netns ?? OWN_NETNS, () => [...keysBelow(NET)].sort());
}

function* keysBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(path.join(ROOT, folder), { withFileTypes: true })) {
    const key = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* keysBelow(key);
    else yield key;
  }
}

function write(file: string, value: string): void {
  // Without O_CREAT, with which a key that is missing is one that may not be made.
  const fd = openSync(file, constants.O_WRONLY);
  try {
    writeSync(fd, value);
  } finally {
    closeSync(fd);
  }
}

function read(key: string): string | undefined {
  try {
    return readFileSync(fileOf(key), "utf8").trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && NO_VALUE.includes(String(error.code))) return undefined;
    throw error;
  }
}

/** What would lead out of /proc/sys is no key. */
function fileOf(key: string): string {
  if (key.split("/").some((part) => part === "" || part === "." || part === ".."))
    throw new Error(`${key} is no key of /proc/sys`);
  return path.join(ROOT, key);
}
