import { flag } from "../core/fields";
import { subnet } from "./subnetField";

/** What a switch and a cable between two hosts both have: one network. */
export const networkFields = (length: number) => ({
  subnet: subnet("inet")
    .optional()
    .meta({
      description:
        "Its IPv4 subnet: `10.0.1.0/24`; `none`: no IPv4 here. Absent: one of 10.0.0.0/8, of length " +
        `${length}, that follows from the names.`,
    }),
  subnet6: subnet("inet6")
    .optional()
    .meta({
      description:
        "Its IPv6 subnet: `2001:db8:1::/64`; `none`: no IPv6 here. Absent: one of fd00::/48, of length 64, that follows " +
        "from the names.",
    }),
  routerAdvertisements: flag()
    .default(false)
    .meta({
      description:
        "Whether its hosts have their IPv6 addresses and their default route of IPv6 by router advertisements (SLAAC, RFC 4862), " +
        "instead of static ones: each router on it runs `dnsmasq`, of Debian's package dnsmasq-base, which sends them. An address then " +
        "follows from the MAC address of the device, and that from the host's name; it is there some seconds after the lab. " +
        "Needs a router, and an IPv6 subnet of length 64. Default: false.",
    }),
});
