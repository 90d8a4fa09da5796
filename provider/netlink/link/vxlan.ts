import { be16, ip, nested, Table, u8, u32 } from "../attributes";

/** IFLA_VXLAN_… of linux/if_link.h; a group is one other host as well. */
export const vxlan = nested(
  new Table("IFLA_VXLAN_", {
    id: [1, u32],
    group: [2, ip],
    link: [3, u32],
    local: [4, ip],
    ttl: [5, u8],
    tos: [6, u8],
    learning: [7, u8],
    ageing: [8, u32],
    limit: [9, u32],
    port: [15, be16],
    group6: [16, ip],
    local6: [17, ip],
  }),
);
