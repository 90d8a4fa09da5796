import type { Json } from "../core/values";
import type { PortVlans } from "./plan";

/** The VLANs of a port in the words of each sort of bridge. */

/** That of frames without a tag, where nobody says another one. */
export const USUAL_VLAN = 1;

export function vlansOfPort({ untagged, tagged }: PortVlans): Json {
  // What the kernel gives by itself.
  if (untagged === USUAL_VLAN && tagged.length === 0) return {};
  const own = untagged === undefined ? [] : [{ vid: untagged, pvid: true, untagged: true }];
  return { vlans: [...own, ...tagged.map((vid) => ({ vid }))] };
}

export function vlansOfOvsPort({ untagged, tagged }: PortVlans): Json {
  if (untagged === undefined) return { trunks: tagged };
  return { tag: untagged, ...(tagged.length > 0 && { trunks: tagged, vlanMode: "native-untagged" }) };
}
