import { canonicalIp } from "../core/ip";
import { listAddresses } from "../netlink/address";
import { AF } from "../netlink/ip";
import { namesOf } from "./link";
import type { Looking } from "./looking";

/** IFA_F_… of linux/if_addr.h that somebody has to ask for. */
const FLAGS = { home: 0x10, mngtmpaddr: 0x100, noprefixroute: 0x200, autojoin: 0x400 };
const FOREVER = 0xffffffff;
const LINK_LOCAL = /^fe[89ab]/i;

/** What of the addresses there are no words for, in others. */
export async function uncoveredAddresses(kernel: Looking, netns: string | undefined): Promise<string[]> {
  const found = await kernel.look(netns, ["ip", "-d", "addr", "show", "more"], async (netlink, file) => {
    const [rows, nameOf] = await Promise.all([listAddresses(netlink, file), namesOf(kernel, netns)]);
    return rows.flatMap(({ family, index, local, address, prefixlen, cacheinfo, rtPriority, ...row }) => {
      const own = local ?? address ?? "";
      if (family === AF.inet6 && LINK_LOCAL.test(own)) return [];
      const flags = row.flags ?? row.flags8;
      const words = [
        ...Object.entries(FLAGS).flatMap(([word, bit]) => ((flags & bit) === 0 ? [] : [`\`${word}\``])),
        ...(cacheinfo?.valid === undefined || cacheinfo.valid === FOREVER ? [] : ["the end of its life"]),
        ...(rtPriority === undefined ? [] : ["the metric of its route"]),
      ];
      return words.map((word) => `${word} of the address ${canonicalIp(own) ?? own}/${prefixlen} on ${nameOf(index)}`);
    });
  });
  return found ?? [];
}
