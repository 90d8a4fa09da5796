import { isDeepStrictEqual } from "node:util";
import { isUp } from "./link";
import type { Device } from "./linkRow";
import type { Looking } from "./looking";
import type { Offloads } from "./offload";

/** Settings of a device that is made in another way than it is now. */
interface Settings {
  up?: boolean;
  mtu?: number;
  txQueueLength?: number;
  offloads?: Offloads;
}

/** How long the queue of a new device is: DEFAULT_TX_QUEUE_LEN of net/ethernet/eth.c; that of a tun is shorter. */
const QUEUE = 1000;
const TUN_QUEUE = 500;
/** Whose offloads come from nothing but themselves: those of a bridge come from its ports, of a VLAN from its parent. */
const OWN_OFFLOADS = ["veth", "dummy"];
const LO = { name: "lo", mtu: 65536 };
const ETHERNET_MTU = 1500;

/** What of the devices of a namespace is not as of new ones, and is not for the kinds that make such devices to set. */
export async function changedLinks(kernel: Looking, netns: string | undefined): Promise<[device: string, Settings][]> {
  const devices = (await kernel.devices(netns)) ?? [];
  const names = devices.filter(hasOwnOffloads).map(({ ifname }) => ifname);
  const [offloads, usual] = await Promise.all([
    kernel.look(netns, ["ethtool", "-k", ...names], (netlink, file) => netlink.readOffloads(file, names)),
    kernel.look(undefined, ["unshare", "--net", "ethtool", "-k", ...OWN_OFFLOADS], (netlink) =>
      netlink.readNewOffloads(OWN_OFFLOADS),
    ),
  ]);
  return devices.flatMap((device): [string, Settings][] => {
    const own = offloads?.get(device.ifname);
    const isChanged = own && !isDeepStrictEqual(own, usual?.get(typeOf(device) ?? LO.name));
    const settings = { ...changed(device, netns), ...(isChanged && { offloads: own }) };
    return Object.keys(settings).length > 0 ? [[device.ifname, settings]] : [];
  });
}

function typeOf({ linkinfo }: Device): string | undefined {
  return linkinfo?.info_kind;
}

function hasOwnOffloads(device: Device): boolean {
  return device.ifname === LO.name || OWN_OFFLOADS.includes(typeOf(device) ?? "");
}

function changed(device: Device, netns: string | undefined): Settings {
  const { ifname, mtu, txqlen = 0, linkinfo } = device;
  const isLo = ifname === LO.name;
  // A device of no type was there before: it is the machine's own.
  const isFound = typeOf(device) === undefined;
  // Whether the `lo` of a namespace with a name is up goes with that.
  const isSetUp = isFound && isUp(device) && !(isLo && netns !== undefined && !netns.startsWith("/"));
  const queue = linkinfo?.info_data?.type === "tun" ? TUN_QUEUE : QUEUE;
  return {
    ...(isSetUp && { up: true }),
    ...(isFound && mtu !== (isLo ? LO.mtu : ETHERNET_MTU) && { mtu }),
    ...(txqlen !== queue && (!isFound || isLo) && { txQueueLength: txqlen }),
  };
}
