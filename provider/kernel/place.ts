import type { Kernel } from "./kernel";
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
