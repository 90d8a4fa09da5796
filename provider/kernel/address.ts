import type { Kernel } from "./kernel";
import { devices } from "./link";
import type { Device } from "./survey";

/** An address as `ip -j addr show` prints it. */
export interface AddressInfo {
  family: "inet" | "inet6";
  local: string;
  /** The other end, when there is one. */
  address?: string;
  prefixlen: number;
  broadcast?: string;
  scope: string;
  label?: string;
  nodad?: boolean;
  tentative?: boolean;
  dadfailed?: boolean;
  secondary?: boolean;
  temporary?: boolean;
  dynamic?: boolean;
}

export interface AddressedLink {
  ifindex: number;
  ifname: string;
  flags: string[];
  ifalias?: string;
  addr_info: AddressInfo[];
}

/** The devices of a namespace, or one of them, with their addresses; undefined when namespace or device is not there. */
export async function showAddresses(
  kernel: Kernel,
  netns: string | undefined,
  device?: string,
): Promise<AddressedLink[] | undefined> {
  if (kernel.survey) {
    const all = await kernel.survey.devices(netns);
    const isAsked = ({ ifname, altnames }: Device) => ifname === device || altnames?.includes(device ?? "");
    return device === undefined ? all : all?.filter(isAsked);
  }
  const links = await kernel.show<AddressedLink>(netns, ["-d", "addr", "show", ...(device ? ["dev", device] : [])]);
  return devices(links, device);
}
