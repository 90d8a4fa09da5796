import { NetnsError } from "../errors";
import { system } from "../netlink/system";
import type { Tuntap as Wanted } from "../netlink/tuntap";
import type { DevicePlace } from "./device";
import type { Looking } from "./looking";
import { ip, type Step } from "./step";
import type { Words } from "./words";

export const MODES = ["tap", "tun"] as const;

interface Tuntap extends DevicePlace {
  mode: (typeof MODES)[number];
  user?: string | undefined;
  group?: string | undefined;
  multiQueue?: boolean | undefined;
}

/** Makes a device that bears its mark before anybody can see it, which `ip tuntap add` cannot say. */
export function addTuntap({ namespace, name, mode, user, group, multiQueue }: Tuntap, mark: string): Step {
  const words = [
    ...["tuntap", "add", "dev", name, "mode", mode],
    ...(user === undefined ? [] : ["user", user]),
    ...(group === undefined ? [] : ["group", group]),
    ...(multiQueue ? ["multi_queue"] : []),
  ];
  return { ...ip(namespace, "make the device", words, ["name"]), alias: mark };
}

/** `ip tuntap add` as the kernel is asked for it. */
export function tuntapWanted(words: Words): Wanted {
  const wanted: Wanted = { name: "", mode: "tap" };
  words.next();
  const to = words.into(wanted);
  words.each({
    dev: to("name"),
    mode: to("mode", (word) => (word === "tun" ? "tun" : "tap")),
    user: to("owner", (word) => idOf("user", word)),
    group: to("group", (word) => idOf("group", word)),
    multi_queue: () => {
      wanted.multiQueue = true;
    },
  });
  return wanted;
}

function idOf(sort: keyof typeof FILES, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const { getpwnam, getgrnam } = system();
  const found = sort === "user" ? getpwnam(text) : getgrnam(text);
  if (found) return found.id;
  throw new NetnsError({
    kind: "user",
    tried: "could not find its owner",
    said: `this host has no ${sort} ${text}`,
    todo: "Name one that this host has (`getent passwd`, `getent group`), or give its number.",
    at: [sort],
  });
}

const FILES = { user: "/etc/passwd", group: "/etc/group" } as const;

/** Whose a device is: the number where the program gives that, else the name where this host has one. */
export async function ownerAs(
  kernel: Looking,
  sort: keyof typeof FILES,
  given: string | undefined,
  shown: string,
): Promise<string> {
  if (given === shown) return shown;
  const lines = ((await kernel.host.readFile(FILES[sort])) ?? "").split("\n").map((line) => line.split(":"));
  const [name = shown] = lines.find(([, , number]) => number === shown) ?? [];
  return name;
}
