import type { NetlinkError } from "../netlink/message";
import type { Netlink } from "../netlink/netlink";
import { findRoute } from "../netlink/route";
import { fileOf } from "./trace";

/** What is asked of a kernel: the way to `to`, for what comes from `from`, be that from itself or in by a device. */
export interface Asking {
  host: string;
  to: string;
  from?: string | undefined;
  in?: string | undefined;
}

/** What the kernel of a host says of the way of a packet. */
export interface Answer {
  /** As one types it. */
  line: string;
  /** The device that it goes out by, and the gateway; `local`: it is for this host. */
  device?: string;
  gateway?: string;
  isLocal: boolean;
  source?: string;
  /** Why it does not go on, as the name of an errno. */
  refused?: string;
}

/** RTN_LOCAL of linux/rtnetlink.h. */
const LOCAL = 2;

/** What `ip route get` prints, from the kernel itself. `indexes`: the devices of the host by their names. */
export function askForWay(netlink: Netlink, asking: Asking, indexes: ReadonlyMap<string, number>): Answer {
  const { host, to, from, in: iif } = asking;
  const words = [...(from === undefined ? [] : ["from", from]), ...(iif === undefined ? [] : ["iif", iif])];
  const line = ["ip", ...(host === "" ? [] : ["-n", host]), "route", "get", to, ...words].join(" ");
  const index = iif === undefined ? undefined : indexes.get(iif);
  try {
    const found = findRoute(netlink, fileOf(host), { dst: to, src: from, iif: index });
    const device = [...indexes].find(([, one]) => one === found?.oif)?.[0];
    return {
      ...{ line, isLocal: found?.type === LOCAL },
      ...(device !== undefined && { device }),
      ...(found?.gateway !== undefined && { gateway: found.gateway }),
      ...(found?.prefsrc !== undefined && { source: found.prefsrc }),
    };
  } catch (error) {
    const { code } = error as NetlinkError;
    if (code === undefined) throw error;
    return { line, isLocal: false, refused: code };
  }
}

/** What the kernel answered, in a few words. */
export function answerText({ device, gateway, isLocal, refused }: Answer): string {
  if (refused !== undefined) return refused;
  if (isLocal) return "for this host";
  return [gateway === undefined ? [] : ["via", gateway], device === undefined ? [] : ["dev", device]].flat().join(" ");
}
