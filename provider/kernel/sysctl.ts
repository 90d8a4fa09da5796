import { NetnsError } from "../errors";
import type { Kernel } from "./kernel";
import type { Step } from "./step";

const SYS_NET = "/proc/sys/net";

/**
 * The key as sysctl(8) takes it without doubt: with `/` between the parts, so that dots in names of devices stay. Done
 * again, it is the dotted one.
 */
export function slashed(key: string): string {
  return key.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));
}

/** Values of several numbers come with tabs; one blank is how people write them. */
export function normalValue(value: string): string {
  return value.trim().replace(/\s+/g, " ");
}

/** The value of a key in sysctl(8)'s dotted notation; undefined when the key or the namespace is not there. */
export async function readSysctl(kernel: Kernel, netns: string | undefined, key: string): Promise<string | undefined> {
  const found = await kernel.look(netns, ["sysctl", slashed(key)], (netlink, file) =>
    netlink.readSysctl(file, slashed(key)),
  );
  if (found === undefined) {
    // Without /proc/sys every key is missing.
    if (await kernel.host.stat(SYS_NET)) return undefined;
    throw new NetnsError({
      kind: "unsupported",
      tried: `could not read sysctl ${key}`,
      said: `there is no ${SYS_NET} here`,
      todo: "Mount /proc (`mount -t proc proc /proc`), or run the provider where it is not hidden.",
    });
  }
  if ("value" in found) return normalValue(found.value);
  throw new NetnsError({
    kind: "user",
    tried: `the sysctl ${key} holds no value`,
    said: found.is === "action" ? "it can be written only: it is an action" : "it is a folder of keys",
    todo: "Name a key that `sysctl` shows with one value.",
  });
}

export function writeSysctl(netns: string | undefined, key: string, value: string): Step {
  return { netns, argv: ["sysctl", "-w", `${slashed(key)}=${value}`], what: "set the value", property: ["value"] };
}

/** The same of a key that may be gone by then, together with the device that it is of. */
export function writeIfThere(step: Step): Step {
  return { ...step, argv: step.argv.map((word) => (word === "-w" ? "-ew" : word)) };
}

/** The values of keys that `all`, `default` and each device have, by the folder that these are in and the key's name. */
export async function readSysctlOfEach(
  kernel: Kernel,
  netns: string | undefined,
  places: readonly (readonly [folder: string, name: string])[],
): Promise<Map<string, string>> {
  const words = places.map(([folder, name]) => `${folder}/*/${name}`);
  const found = await kernel.look(netns, ["sysctl", ...words], (netlink, file) =>
    netlink.readSysctlOfEach(file, places),
  );
  return new Map([...(found ?? [])].map(([key, value]) => [slashed(key), normalValue(value)]));
}

/** A step with a setting at 1 while it runs, and then as it was before: no SIGTERM stops it half way. */
export function whileSet(key: string, step: Step): Step {
  return { ...step, whileSet: slashed(key) };
}

/** All keys below `net.` of a namespace. */
export async function listSysctls(kernel: Kernel, netns: string | undefined): Promise<string[]> {
  const keys = await kernel.look(netns, ["sysctl", "-a", "-N"], (netlink, file) => netlink.listSysctls(file));
  return (keys ?? []).map(slashed);
}
