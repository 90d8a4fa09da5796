import { be32, type Codec, ip, nested, Table, u8, u32 } from "../attributes";

/** What those over IPv4 and IPv6 have in common. */
const common: {
  [K in "link" | "ttl" | "proto" | "pmtudisc"]: readonly [number, Codec<number>];
} & { [K in "local" | "remote"]: readonly [number, Codec<string>] } = {
  ...{ link: [1, u32], local: [2, ip], remote: [3, ip], ttl: [4, u8], proto: [9, u8], pmtudisc: [10, u8] },
};

/** IFLA_IPTUN_… of linux/if_tunnel.h, of what travels in IPv4. */
export const iptun = nested(new Table("IFLA_IPTUN_", { ...common, tos: [5, u8] }));

/** The same of what travels in IPv6; only there are flags of 32 bits. */
export const ip6tnl = nested(
  new Table("IFLA_IPTUN_", { ...common, encapLimit: [6, u8], flowinfo: [7, be32], flags: [8, u32] }),
);
