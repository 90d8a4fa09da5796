import { AF } from "./ip";
import { NLM_F } from "./message";
import { NEIGHBOR, type Neighbor, type NeighborValues, RTM_NEIGH } from "./neighbor";
import type { Netlink } from "./netlink";

/** An entry of the FDB beside those of the same MAC address, which may have several destinations. */
export function appendFdb(entry: NeighborValues) {
  return NEIGHBOR.request(RTM_NEIGH.newneigh, NLM_F.create | NLM_F.append, { ...entry, family: AF.bridge });
}

export function delFdb(entry: NeighborValues) {
  return NEIGHBOR.request(RTM_NEIGH.delneigh, 0, { ...entry, family: AF.bridge });
}

/** The FDB of a device, learnt entries as well; of all devices, unless it is said of which. */
export function listFdb(netlink: Netlink, netns: string | undefined, index = 0): Promise<Neighbor[]> {
  const only = { family: AF.bridge, index };
  return netlink.dump(netns, NEIGHBOR.request(RTM_NEIGH.getneigh, 0, only), NEIGHBOR.read);
}
