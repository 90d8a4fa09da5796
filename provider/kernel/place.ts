import type { Kernel } from "./kernel";
import { showLink } from "./link";
import { isMark } from "./mark";
import { NETNS_DIR, netnsWord } from "./netnsPath";

/**
 * What tells a device from another one that has its name later: the namespace, the number, and our mark where it bears
 * one. Numbers alone come again after a reboot; a mark does not.
 */
export async function placeOf(
  kernel: Kernel,
  netns: string | undefined,
  link: { ifindex: number; ifalias?: string },
): Promise<string> {
  return [await homeOf(kernel, netns), link.ifindex, isMark(link.ifalias) ? link.ifalias : ""].join(" ");
}

/** A namespace by its inode, and by a time with which that does not come again: when it was mounted, or /run was made. */
async function homeOf(kernel: Kernel, netns: string | undefined): Promise<string> {
  const file = await kernel.stat(netnsWord(netns));
  const since = netns === undefined ? (await kernel.stat(NETNS_DIR))?.bornSeconds : file?.changedMs;
  return `${file?.inode ?? ""}${netns?.startsWith("/") || since === undefined ? "" : `@${since}`}`;
}

/** The same of a device by its name, undefined when that is not there; of the namespace itself by its lo, which bears the mark. */
export async function placeIn(kernel: Kernel, netns: string | undefined, device = "lo"): Promise<string | undefined> {
  const link = await showLink(kernel, netns, device);
  return link && placeOf(kernel, netns, link);
}

/** One of the devices that a place names. */
interface Spot {
  /** The namespace's inode; with a time where that is known to stay. */
  home: string;
  ifindex: string;
  mark: string;
}

function spotsOf(place: string): Spot[] {
  const words = place.split(" ");
  return Array.from({ length: Math.ceil(words.length / 3) }, (_, index) => {
    const [home = "", ifindex = "", mark = ""] = words.slice(3 * index, 3 * index + 3);
    return { home, ifindex, mark };
  });
}

/**
 * Whether it is the same place, as far as that can be proved: a device with the same mark was made by the same resource
 * for the same, be it anew under its old name. One that has lost its mark is told by its namespace and its number.
 */
export function isSamePlace(before: string, now: string): boolean {
  return areAll(before, now, (one, other) => {
    if (one.mark === other.mark) return one.mark !== "" || isSameDevice(one, other);
    return (one.mark === "" || other.mark === "") && isProved(one, other);
  });
}

/** Whether the devices are those of before themselves, and were not made anew. */
export function isOnSameDevices(before: string, now: string): boolean {
  return areAll(before, now, isSameDevice);
}

/** Whether nothing of it has been made anew, and the marks are as they were. */
export function isUnchangedPlace(before: string | undefined, now: string | undefined): boolean {
  if (before === undefined || now === undefined) return before === now;
  return areAll(before, now, (one, other) => isSameDevice(one, other) && one.mark === other.mark);
}

/** Whether all devices of it bear this mark. */
export function isMarkedPlace(place: string | undefined, mark: string): boolean {
  return place !== undefined && spotsOf(place).every((spot) => spot.mark === mark);
}

/** The same, where marks say nothing: nobody else can have a device of that number in that namespace. */
export function areProvedSame(before: string, now: string): boolean {
  return areAll(before, now, isProved);
}

function areAll(before: string, now: string, areSame: (one: Spot, other: Spot) => boolean): boolean {
  const [olds, news] = [spotsOf(before), spotsOf(now)];
  return olds.length === news.length && olds.every((one, index) => areSame(one, news[index] as Spot));
}

function isSameDevice(one: Spot, other: Spot): boolean {
  return inodeOf(one) === inodeOf(other) && one.ifindex === other.ifindex;
}

function isProved(one: Spot, other: Spot): boolean {
  return one.home === other.home && one.home.includes("@") && one.ifindex === other.ifindex;
}

function inodeOf({ home }: Spot): string | undefined {
  return home.split("@")[0];
}
