import { familyOf } from "../core/ip";
import { Unknown } from "../core/values";
import { type Device, isKnown } from "./graph";

const USUAL = 1500;
/** What a vxlan puts around a frame: the headers of Ethernet, VXLAN, UDP and IP. */
const AROUND = { inet: 50, inet6: 70 };

/** The largest packet of a device: what the program says, or what the kernel gives it; undefined: that is not known. */
export function mtuOf(device: Device, ports: readonly Device[] = []): number | undefined {
  const { mtu, link, parent } = device;
  if (mtu instanceof Unknown) return undefined;
  if (mtu !== undefined) return mtu;
  switch (link?.type) {
    case "veth":
    case "netkit":
    case "dummy":
    case "ifb":
    case "tun":
      return USUAL;
    case "vlan":
    case "macvlan":
    case "macvtap":
    case "ipvlan":
      return parent && mtuOf(parent);
    case "vxlan": {
      const below = parent && mtuOf(parent);
      if (link.device === undefined) return USUAL;
      return below === undefined ? undefined : below - overheadOf(device);
    }
    case "bridge":
      return ports.reduce<number | undefined>((least, port) => {
        const own = mtuOf(port);
        return least === undefined || own === undefined ? undefined : Math.min(least, own);
      }, USUAL);
    default:
      return undefined;
  }
}

/** How much longer the packets of a vxlan are than those that it carries. */
export function overheadOf({ link }: Device): number {
  const remote = link?.type === "vxlan" ? (link.remote ?? link.group ?? link.local) : undefined;
  return AROUND[isKnown(remote) ? familyOf(remote) : "inet"];
}
