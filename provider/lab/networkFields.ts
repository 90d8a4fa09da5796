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
});
