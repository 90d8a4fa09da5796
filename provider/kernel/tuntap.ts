import type { DevicePlace } from "./device";
import type { Kernel } from "./kernel";
import type { Step } from "./step";

export const MODES = ["tap", "tun"] as const;

interface Tuntap extends DevicePlace {
  mode: (typeof MODES)[number];
  user?: string | undefined;
  group?: string | undefined;
  multiQueue?: boolean | undefined;
}

/** The name, the mark, then the words of `ip tuntap add`. */
const MAKE =
  'name=$0 mark=$1 && shift && ip tuntap add dev "$name" "$@" && ip link set dev "$name" alias "$mark" && ' +
  'exec ip link set dev "$name" netns /proc/self/fd/8';
/** With the namespace that it is to be in as file 8. */
const ASIDE = 'exec unshare --net sh -c "$0" "$@" 8</proc/self/ns/net';

/**
 * Makes a device that bears its mark before anybody can see it. `ip tuntap add` can set neither alias nor group, so it
 * is made and marked in a namespace without a name, and then put where it belongs, all in one process: a run that dies
 * leaves either nothing or a marked device.
 */
export function addTuntap(want: Tuntap, mark: string): Step {
  const { namespace, name, mode, user, group, multiQueue } = want;
  const words = [
    ...["mode", mode],
    ...(user === undefined ? [] : ["user", user]),
    ...(group === undefined ? [] : ["group", group]),
    ...(multiQueue ? ["multi_queue"] : []),
  ];
  return {
    netns: namespace,
    argv: ["sh", "-c", ASIDE, MAKE, name, mark, ...words],
    what: "make the device",
    property: ["name"],
  };
}

const FILES = { user: "/etc/passwd", group: "/etc/group" } as const;

/**
 * Whose a device is, in the words that the program has for it: `ip` shows a name where this host has one, and takes a
 * number as well.
 */
export async function ownerAs(
  kernel: Kernel,
  sort: keyof typeof FILES,
  given: string | undefined,
  shown: string,
): Promise<string> {
  if (given === undefined || given === shown) return shown;
  const lines = ((await kernel.host.readFile(FILES[sort])) ?? "").split("\n").map((line) => line.split(":"));
  const isBoth = ([name, , number]: string[]) => [name, number].includes(given) && [name, number].includes(shown);
  return lines.some(isBoth) ? given : shown;
}
