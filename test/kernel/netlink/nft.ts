import type { NftCommand, NftRan } from "../../../provider/netlink/libnftables";
import type { Netlink } from "../../../provider/netlink/netlink";
import type { NftPlace } from "../../../provider/netlink/nftablesWire";

/** What the test of nftables asks for inside a lab host. */

export function run(netlink: Netlink, place: NftPlace, ...commands: NftCommand[]): Promise<NftRan> {
  return netlink.nft(place, commands, new AbortController().signal);
}

/** All at the same moment, each in a place of its own. */
export function runEach(netlink: Netlink, places: NftPlace[], command: NftCommand): Promise<NftRan[]> {
  return Promise.all(places.map((place) => run(netlink, place, command)));
}

/** Its answer comes when all that was asked for before has been begun. */
export function nothing(): number {
  return process.pid;
}
