import { be16, be32, ip, nested, Table, u8, u32 } from "../attributes";

/** IFLA_GRE_… of linux/if_tunnel.h, of all four sorts; a key is four bytes, which `ip` prints as an address. */
export const gre = nested(
  new Table("IFLA_GRE_", {
    link: [1, u32],
    iflags: [2, be16],
    oflags: [3, be16],
    ikey: [4, ip],
    okey: [5, ip],
    local: [6, ip],
    remote: [7, ip],
    ttl: [8, u8],
    tos: [9, u8],
    pmtudisc: [10, u8],
    encapLimit: [11, u8],
    flowinfo: [12, be32],
    flags: [13, u32],
  }),
);
