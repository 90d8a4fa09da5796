import { nested, Table, u8, u32 } from "../attributes";

/** IFLA_TUN_… of linux/if_link.h, which are only shown: /dev/net/tun makes such a link. */
export const tun = nested(
  new Table("IFLA_TUN_", {
    owner: [1, u32],
    group: [2, u32],
    type: [3, u8],
    pi: [4, u8],
    vnetHdr: [5, u8],
    persist: [6, u8],
    multiQueue: [7, u8],
  }),
);
