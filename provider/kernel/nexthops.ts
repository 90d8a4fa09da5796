import { canonicalIp, familyOf, networkOf } from "../core/ip";
import { showAddresses } from "./address";
import type { AddressedLink } from "./addressRow";
import type { Kernel } from "./kernel";
import { showLinks } from "./link";

/** Where packets are to go, and as whom. */
interface Nexthops {
  hops: readonly { gateway?: string | undefined; device?: string | undefined }[];
  source?: string | undefined;
}

/** Why packets cannot go a way now, in words, and whether they can soon; and the device of each hop, as far as it can be told. */
export interface NexthopDown {
  reason: string;
  isSoon: boolean;
  devices: (string | undefined)[];
}

/**
 * Whether a device on the way is down, so that the kernel refuses what leads over it; or whether the source cannot be used
 * yet (IPv6): it takes a carrier, and a while, to tell that it is nobody else's. All of it is told from one look.
 */
export async function nexthopDown(
  kernel: Kernel,
  netns: string | undefined,
  way: Nexthops,
): Promise<NexthopDown | undefined> {
  const links = (await showAddresses(kernel, netns)) ?? [];
  const hops = way.hops.map((hop) => {
    const all = links.filter((link) => leadsTo(link, hop));
    return all.find(isUp) ?? all[0];
  });
  const devices = hops.map((link) => link?.ifname);
  const down = hops.find((link) => link && !isUp(link));
  if (down) return { reason: `the device ${down.ifname} is down`, isSoon: false, devices };
  const from = links.find((link) => hasTentative(link, way.source));
  if (!from) return undefined;
  if (!from.flags.includes("LOWER_UP"))
    return { reason: `its source is on ${from.ifname}, which has no carrier`, isSoon: false, devices };
  return { reason: "duplicate address detection of its source is not finished", isSoon: true, devices };
}

/** Whether any device of a namespace is down or without a carrier; not where there is no such namespace. */
export async function isAnyDown(kernel: Kernel, netns: string | undefined): Promise<boolean> {
  return (await showLinks(kernel, netns))?.some(({ flags }) => !flags.includes("LOWER_UP")) ?? false;
}

function isUp({ flags }: AddressedLink): boolean {
  return flags.includes("UP");
}

function leadsTo({ ifname, addr_info }: AddressedLink, { gateway, device }: Nexthops["hops"][number]): boolean {
  if (device !== undefined || gateway === undefined) return ifname === device;
  return addr_info.some(({ family, local, address = local, prefixlen }) => {
    return family === familyOf(gateway) && networkOf(address, prefixlen) === networkOf(gateway, prefixlen);
  });
}

function hasTentative({ addr_info }: AddressedLink, source: string | undefined): boolean {
  return addr_info.some(
    ({ local, tentative, dadfailed }) =>
      tentative && !dadfailed && source !== undefined && canonicalIp(local) === source,
  );
}
