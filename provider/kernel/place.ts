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
  const file = await kernel.host.stat(netnsWord(netns));
  return [file?.inode ?? "", link.ifindex, isMark(link.ifalias) ? link.ifalias : ""].join(" ");
}

/** The same of a device by its name; of the namespace itself by its lo, which bears the mark. */
export async function placeIn(kernel: Kernel, netns: string | undefined, device = "lo"): Promise<string | undefined> {
  const link = await showLink(kernel, netns, device);
  return link && placeOf(kernel, netns, link);
}
