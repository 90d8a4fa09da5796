import { NetnsError } from "../errors";
import { showAddresses } from "./address";
import type { Kernel } from "./kernel";
import { showLink } from "./link";
import { isMark } from "./mark";
import { netnsWord } from "./netnsPath";

/**
 * What tells a device from another one that has its name later: the namespace's inode, the number, and our mark where
 * it bears one. Numbers alone come again after a reboot; a mark does not.
 */
export async function placeOf(
  kernel: Kernel,
  netns: string | undefined,
  link: { ifindex: number; ifalias?: string },
): Promise<string> {
  const file = await kernel.stat(netnsWord(netns));
  return [file?.inode ?? "", link.ifindex, isMark(link.ifalias) ? link.ifalias : ""].join(" ");
}

/** The place of what is on the device that `property` names; undefined when that is not there. */
export async function placeOn(
  kernel: Kernel,
  netns: string | undefined,
  name: string,
  property: string,
): Promise<string | undefined> {
  const [link] = (await showAddresses(kernel, netns, name)) ?? [];
  if (link && link.ifname !== name) throw altname(name, link.ifname, property);
  return link && placeOf(kernel, netns, link);
}

/** `ip` takes another name of a device as well, and answers with the first: then nothing would be where it is looked for. */
function altname(name: string, first: string, property: string): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `the device ${name} cannot be taken under that name`,
    said: `${name} is another name (altname) of ${first}`,
    todo: `Write \`${property}: "${first}"\`.`,
  });
}

/** The same of a device by its name; of the namespace itself by its lo, which bears the mark. */
export async function placeIn(kernel: Kernel, netns: string | undefined, device = "lo"): Promise<string | undefined> {
  const link = await showLink(kernel, netns, device);
  return link && placeOf(kernel, netns, link);
}

/** The parts of a place: of each device that it is on, the namespace, the number and the mark. */
function devicesOf(place: string): { netns: string; ifindex: string; mark: string }[] {
  const words = place.split(" ");
  return Array.from({ length: Math.ceil(words.length / 3) }, (_, index) => {
    const [netns = "", ifindex = "", mark = ""] = words.slice(3 * index, 3 * index + 3);
    return { netns, ifindex, mark };
  });
}

/**
 * Whether it is the same place, as far as that can be proved: a device with the same mark was made by the same resource
 * for the same, be it anew under its old name.
 */
export function isSamePlace(before: string, now: string): boolean {
  const [olds, news] = [devicesOf(before), devicesOf(now)];
  return (
    olds.length === news.length &&
    olds.every(({ netns, ifindex, mark }, index) => {
      const one = news[index];
      return one?.mark === mark && (mark !== "" || (one.netns === netns && one.ifindex === ifindex));
    })
  );
}

/** Whether the devices are those of before themselves, and were not made anew. */
export function isOnSameDevices(before: string, now: string): boolean {
  const [olds, news] = [devicesOf(before), devicesOf(now)];
  const isThat = (index: number, netns: string, ifindex: string) =>
    news[index]?.netns === netns && news[index].ifindex === ifindex;
  return olds.length === news.length && olds.every(({ netns, ifindex }, index) => isThat(index, netns, ifindex));
}
