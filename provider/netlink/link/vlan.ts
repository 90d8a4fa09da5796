import { be16, nested, Table, u16 } from "../attributes";

/** IFLA_VLAN_… of linux/if_link.h; the protocol is an ETH_P_…, such as 0x8100. */
export const vlan = nested(new Table("IFLA_VLAN_", { id: [1, u16], protocol: [5, be16] }));
