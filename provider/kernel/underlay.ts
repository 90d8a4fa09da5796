import { OWN } from "../core/rules";
import { netnsId } from "../netlink/namespace";
import { namesOf } from "./link";
import type { Link } from "./linkRow";
import type { Looking } from "./looking";
import { listNetns } from "./netns";
import { netnsWord } from "./netnsPath";

/**
 * The namespace in which the packets of a device travel, `.` for the provider's own; undefined where that is the one
 * that it is in itself, unless `hint`, where it should be, says the same in another word.
 */
export async function underlayOf(
  kernel: Looking,
  netns: string | undefined,
  { link_netnsid: number }: Link,
  hint: string | undefined,
): Promise<string | undefined> {
  if (number === undefined) return hint !== undefined && (await isSame(kernel, netns, named(hint))) ? hint : undefined;
  const all = [...(hint === undefined ? [] : [hint]), OWN, ...(await listNetns(kernel))];
  const found = await kernel.look(netns, ["ip", "netns", "list-id", "nsid", String(number)], (netlink, file) => {
    const isIt = (one: string) => {
      try {
        return netnsId(netlink, file, netnsWord(named(one))) === number;
      } catch {
        return false;
      }
    };
    return all.find(isIt);
  });
  // As `ip` shows one without a name; no program can say that.
  return found ?? `link-netnsid ${number}`;
}

/** The name of a device there. */
export async function deviceBelow(kernel: Looking, underlay: string | undefined, index: number): Promise<string> {
  return (await namesOf(kernel, named(underlay)))(index);
}

/** Whether both words are for one namespace. */
async function isSame(kernel: Looking, netns: string | undefined, other: string | undefined): Promise<boolean> {
  const [one, two] = await Promise.all([netns, other].map((word) => kernel.stat(netnsWord(word))));
  return one !== undefined && one.inode === two?.inode && one.device === two.device;
}

function named(underlay: string | undefined): string | undefined {
  return underlay === OWN ? undefined : underlay;
}
