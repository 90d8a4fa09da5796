import { be16, nested, Table, u8, u16, u32 } from "../attributes";

/** IFLA_BR_… of linux/if_link.h; times are in hundredths of a second. */
export const bridge = nested(
  new Table("IFLA_BR_", {
    forwardDelay: [1, u32],
    helloTime: [2, u32],
    maxAge: [3, u32],
    ageingTime: [4, u32],
    stpState: [5, u32],
    priority: [6, u16],
    vlanFiltering: [7, u8],
    vlanProtocol: [8, be16],
    mcastSnooping: [23, u8],
    vlanDefaultPvid: [39, u16],
  }),
);
