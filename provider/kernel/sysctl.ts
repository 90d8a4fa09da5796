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
  const text = await kernel.ask(netns, ["sysctl", slashed(key)], `read sysctl ${key}`);
  if (text === undefined) {
    // Without /proc/sys every key is missing.
    if (await kernel.host.stat(SYS_NET)) return undefined;
    throw new NetnsError({
      kind: "unsupported",
      tried: `could not read sysctl ${key}`,
      said: `there is no ${SYS_NET} here`,
      todo: "Mount /proc (`mount -t proc proc /proc`), or run the provider where it is not hidden.",
    });
  }
  const [name, ...value] = text.split(" =");
  if (name === key) return normalValue(value.join(" ="));
  throw new NetnsError({
    kind: "user",
    tried: `the sysctl ${key} holds no value`,
    said: text.trim() === "" ? "it can be written only: it is an action" : "it is a folder of keys",
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

const EACH = 'while [ $# -gt 1 ]; do grep -sH ^ "$1"/*/"$2"; shift 2; done; :';

/** The values of keys that `all`, `default` and each device have, by the folder that these are in and the key's name. */
export async function readSysctlOfEach(
  kernel: Kernel,
  netns: string | undefined,
  places: readonly (readonly [folder: string, name: string])[],
): Promise<Map<string, string>> {
  const words = places.flatMap(([folder, name]) => [`/proc/sys/${folder}`, name]);
  const text = await kernel.ask(netns, ["sh", "-c", EACH, "sh", ...words], "read sysctls");
  const lines = [...(text ?? "").matchAll(/^\/proc\/sys\/(.+?):(.*)$/gm)];
  return new Map(lines.map(([, path = "", value = ""]) => [slashed(path), normalValue(value)]));
}

/**
 * A step with a setting at 1 while it runs, and at 0 before and after. One process does all of it and no SIGTERM stops
 * it half way: a run that is killed or cancelled leaves the setting as it was.
 */
export function whileSet(key: string, step: Step): Step {
  const script = 'trap "" TERM; sysctl -qw "$0=1" && { "$@"; end=$?; sysctl -qw "$0=0"; exit $end; }';
  return { ...step, argv: ["sh", "-c", script, slashed(key), ...step.argv] };
}

/** All keys below `net.` of a namespace. */
export async function listSysctls(kernel: Kernel, netns: string | undefined): Promise<string[]> {
  const text = await kernel.ask(netns, ["sysctl", "-a", "-N", "--pattern", "^net[./]"], "list sysctls");
  return (text ?? "").split("\n").filter((line) => line.startsWith("net."));
}
