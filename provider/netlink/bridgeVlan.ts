import { many, nested, struct, Table, u8, u16, u32 } from "./attributes";
import { AF } from "./ip";
import { Format } from "./message";
import type { Netlink } from "./netlink";

const RTM = { newvlan: 112, delvlan: 113, getvlan: 114 };
const NLA_F_NESTED = 0x8000;

/** struct br_vlan_msg and BRIDGE_VLANDB_… of linux/if_bridge.h: VLANs of a port, or of a bridge's own device. */
const info = struct({ flags: u16, vid: u16 });
const entry = nested(new Table("BRIDGE_VLANDB_ENTRY_", { info: [1, info], range: [2, u16] }));
export const VLAN = new Format(
  struct({ family: u8, _1: u8, _2: u16, index: u32 }),
  new Table("BRIDGE_VLANDB_", { entry: [NLA_F_NESTED | 1, many(entry)] }),
);

/** BRIDGE_VLAN_INFO_… of linux/if_bridge.h. */
export const VLAN_INFO = { pvid: 2, untagged: 4 } as const;

/** A VLAN, or as many as there are up to `range`, which differ in nothing else. */
export interface BridgeVlan {
  index: number;
  vid: number;
  range?: number | undefined;
  flags?: number | undefined;
}

/** It has these flags then and no others, whatever it had before. */
export function setVlan(vlan: BridgeVlan) {
  return VLAN.request(RTM.newvlan, 0, valuesOf(vlan));
}

export function delVlan(vlan: BridgeVlan) {
  return VLAN.request(RTM.delvlan, 0, valuesOf(vlan));
}

/** Those of all ports and bridges, or of one of them. */
export async function listVlans(netlink: Netlink, netns: string | undefined, index = 0): Promise<BridgeVlan[]> {
  const rows = await netlink.dump(netns, VLAN.request(RTM.getvlan, 0, { family: AF.bridge, index }), VLAN.read);
  return rows.flatMap((row) =>
    (row.entry ?? []).map(({ info, range }) => ({
      ...{ index: row.index, vid: info?.vid ?? 0, flags: info?.flags ?? 0 },
      ...(range !== undefined && { range }),
    })),
  );
}

function valuesOf({ index, vid, range, flags }: BridgeVlan) {
  return { family: AF.bridge, index, entry: [{ info: { vid, flags: flags ?? 0 }, range }] };
}
