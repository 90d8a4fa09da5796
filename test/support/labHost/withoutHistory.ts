import type { Snapshot } from "./snapshot";

type Row = Record<string, unknown>;

/** IFA_F_TENTATIVE of linux/if_addr.h. */
const TENTATIVE = 0x40;

/**
 * A snapshot without what the kernel remembers of the way that it came by: it gives a device its queue when that is
 * first up, and the multicast route with its first IPv6 address; leaves 127.0.0.1 and its routes on a `lo` that goes
 * down again; takes the address that was there first for the network's primary; and has duplicate address detection
 * behind it where a device that has no carrier now had one once; and looks again at what a device must listen to for
 * those on it only when that is up.
 */
export function withoutHistory({ files, networks }: Snapshot): Snapshot {
  const all = Object.entries(networks).map(([name, seen]) => {
    const isLoDown = seen.links.some(({ ifname, flags }) => ifname === "lo" && !(flags as string[]).includes("UP"));
    const addresses = seen.addresses.map((link) => ({ ...withoutQueue(link), addr_info: infosOf(link, isLoDown) }));
    const routes = seen.routes
      .filter(({ dst }) => dst !== "ff00::/8")
      .filter(({ dev, dst }) => !(isLoDown && dev === "lo" && /^127\./.test(String(dst))))
      .map(({ prefsrc: _, ...route }) => route);
    const inet6 = seen.inet6.map((line) => line.replace(/\S+(?= +\S+$)/, withoutTentative));
    return [
      name,
      { ...seen, links: seen.links.map(withoutQueue).map(withoutListening), addresses, routes, inet6 },
    ] as const;
  });
  return { files, networks: Object.fromEntries(all) };
}

function withoutQueue({ qdisc: _, ...link }: Row): Row {
  return link;
}

function withoutListening(link: Row): Row {
  const { promiscuity: _, allmulti: __, ...rest } = link;
  return (link.flags as string[]).includes("UP") ? link : rest;
}

function infosOf({ ifname, addr_info }: Row, isLoDown: boolean): Row[] {
  return (addr_info as Row[])
    .filter(({ local }) => !(isLoDown && ifname === "lo" && local === "127.0.0.1"))
    .map(({ secondary: _, ...info }) => info)
    .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

function withoutTentative(flags: string): string {
  return (Number.parseInt(flags, 16) & ~TENTATIVE).toString(16).padStart(2, "0");
}
