import { be16, ip, nested, Table, u8, u32 } from "../attributes";

/** IFLA_GENEVE_… of linux/if_link.h. */
export const geneve = nested(
  new Table("IFLA_GENEVE_", {
    id: [1, u32],
    remote: [2, ip],
    ttl: [3, u8],
    tos: [4, u8],
    port: [5, be16],
    remote6: [7, ip],
    ttlInherit: [12, u8],
    df: [13, u8],
  }),
);
