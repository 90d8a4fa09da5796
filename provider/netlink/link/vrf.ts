import { nested, Table, u32 } from "../attributes";

/** IFLA_VRF_… and IFLA_VRF_PORT_… of linux/if_link.h. */
export const vrf = nested(new Table("IFLA_VRF_", { table: [1, u32] }));
export const vrfPort = nested(new Table("IFLA_VRF_PORT_", { table: [1, u32] }));
