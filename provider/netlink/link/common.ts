import { mac, many, nested, s32, string, struct, Table, u8, u16, u32 } from "../attributes";

/** struct ifinfomsg of linux/rtnetlink.h; `change` says which of the flags are meant. */
export const ifinfomsg = struct({ family: u8, _: u8, type: u16, index: s32, flags: u32, change: u32 });

/** What any link has: IFLA_… of linux/if_link.h. */
export const linkTable = new Table("IFLA_", {
  address: [1, mac],
  broadcast: [2, mac],
  ifname: [3, string],
  mtu: [4, u32],
  /** The device that it is on, or the other end. */
  link: [5, u32],
  qdisc: [6, string],
  master: [10, u32],
  txqlen: [13, u32],
  operstate: [16, u8],
  netNsPid: [19, u32],
  ifalias: [20, string],
  group: [27, u32],
  netNsFd: [28, u32],
  extMask: [29, u32],
  numTxQueues: [31, u32],
  numRxQueues: [32, u32],
  carrier: [33, u8],
  /** The namespace of `link`, as this one numbers it. */
  linkNetnsid: [37, s32],
  minMtu: [50, u32],
  maxMtu: [51, u32],
  propList: [52, nested(new Table("IFLA_", { altIfname: [53, many(string)] }))],
  altIfname: [53, string],
});
