import { nested, Table, u16 } from "../attributes";

/** IFLA_IPVLAN_… of linux/if_link.h; both are the same for all that are on one parent. */
export const ipvlan = nested(new Table("IFLA_IPVLAN_", { mode: [1, u16], flags: [2, u16] }));
