import { headed, nested, Table, u8, u32 } from "../attributes";
import { ifinfomsg, linkTable } from "./common";

/** IFLA_NETKIT_… of linux/if_link.h, since 6.7; the kernel does not show the other end, but its policy to the primary. */
export const netkit = nested(
  new Table("IFLA_NETKIT_", {
    peer: [1, headed(ifinfomsg, linkTable)],
    primary: [2, u8],
    policy: [3, u32],
    peerPolicy: [4, u32],
    mode: [5, u32],
  }),
);
