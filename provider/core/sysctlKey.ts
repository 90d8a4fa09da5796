import { ifName } from "./fields";
import type { Json } from "./values";

/** The key of a sysctl, which can name its device, or leave that to a property of its own. */
export interface Named {
  key: string;
  device?: string | undefined;
}

const KEY = /^net(\.[^\s.:*?[\]{}=]+)+$/;

/** Where the name of a device stands in keys, and what stands for it. */
export const STAR = "*";
const OF_ANY = /^net\.(?:ipv4|ipv6|mpls)\.(?:conf|neigh)\.\*\.[^\s.:*?[\]{}=]+$/;

const PART_OF_DEVICE = /^(net\.(?:ipv4|ipv6|mpls)\.(?:conf|neigh)\.)([^.]+)\./;

/** The key as the kernel has it. */
export function keyOf({ key, device }: Named): string {
  return device === undefined ? key : key.replace(STAR, device.replaceAll(".", "/"));
}

/** The same, where as much is known. */
export function knownKey<Key>({ key, device }: { key?: Key; device?: unknown }): Key | string | undefined {
  if (typeof key !== "string" || !key.includes(STAR)) return key;
  return typeof device === "string" ? keyOf({ key, device }) : undefined;
}

/** A device's key in the words of a program that names the device. */
export function ofDevice(key: string): Named {
  const device = deviceOf(key);
  const named = { key: key.replace(PART_OF_DEVICE, `$1${STAR}.`), device };
  return ifName().safeParse(device).success && keyFault(named.key) === undefined ? named : { key };
}

/** With `key` and `device` in the words of another one whose setting is the same. */
export function respelled(values: Json, { key, device }: Json): Json {
  if (knownKey(values as Partial<Named>) !== knownKey({ key, device })) return values;
  const { device: _, ...rest } = values;
  return { ...rest, key, ...(device !== undefined && { device }) };
}

/** The device that a key is of, with which it goes and comes anew. */
export function deviceOf(key: string): string | undefined {
  const part = PART_OF_DEVICE.exec(key)?.[2];
  return part === "all" || part === "default" ? undefined : part?.replaceAll("/", ".");
}

export function keyFault(key: string): string | undefined {
  if (!/^net[./]/.test(key)) return "must be a key below `net.`: other keys are not of a network namespace";
  if (key.startsWith("net/"))
    return "must be in dotted notation, `net.…` (sysctl(8)): write `/` only for dots in names of devices";
  if (key.split(/[./]/).some((part) => part === "")) return "has an empty part";
  return KEY.test(key) || OF_ANY.test(key)
    ? undefined
    : "must not contain white space, `:`, `=` or the patterns `*`, `?`, `[`, `{` of sysctl(8)";
}
