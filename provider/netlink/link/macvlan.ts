import { nested, Table, u16, u32 } from "../attributes";

/** IFLA_MACVLAN_… of linux/if_link.h; MACVLAN_MODE_… are bits. */
export const macvlan = nested(new Table("IFLA_MACVLAN_", { mode: [1, u32], flags: [2, u16] }));
