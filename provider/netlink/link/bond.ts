import { mac, nested, Table, u8, u16, u32 } from "../attributes";

/** IFLA_BOND_… of linux/if_link.h; times are in milliseconds, what is a device is its index. */
export const bond = nested(
  new Table("IFLA_BOND_", {
    mode: [1, u8],
    activeSlave: [2, u32],
    miimon: [3, u32],
    updelay: [4, u32],
    downdelay: [5, u32],
    primary: [11, u32],
    xmitHashPolicy: [14, u8],
    minLinks: [18, u32],
    adLacpRate: [21, u8],
    adSelect: [22, u8],
  }),
);

/** IFLA_BOND_SLAVE_…; `permHwaddr` is the MAC address that a port has of its own, and gets back. */
export const bondPort = nested(
  new Table("IFLA_BOND_SLAVE_", { state: [1, u8], miiStatus: [2, u8], permHwaddr: [4, mac], queueId: [5, u16] }),
);
