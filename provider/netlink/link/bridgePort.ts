import { nested, Table, u8, u16, u32 } from "../attributes";

/** IFLA_BRPORT_… of linux/if_link.h. */
export const bridgePort = nested(
  new Table("IFLA_BRPORT_", {
    state: [1, u8],
    priority: [2, u16],
    cost: [3, u32],
    mode: [4, u8],
    guard: [5, u8],
    protect: [6, u8],
    fastLeave: [7, u8],
    learning: [8, u8],
    unicastFlood: [9, u8],
    isolated: [33, u8],
  }),
);
