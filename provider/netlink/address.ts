import { ip, string, struct, Table, u8, u32 } from "./attributes";
import { Format, NLM_F } from "./message";
import type { Netlink } from "./netlink";

const RTM = { newaddr: 20, deladdr: 21, getaddr: 22 };

/** struct ifaddrmsg and IFA_… of linux/if_addr.h; `flags8` is as much of the flags as had room once. */
export const ADDRESS = new Format(
  struct({ family: u8, prefixlen: u8, flags8: u8, scope: u8, index: u32 }),
  new Table("IFA_", {
    /** The other end's, where there is one, else as `local`; of IPv6 the only one without another end. */
    address: [1, ip],
    local: [2, ip],
    label: [3, string],
    broadcast: [4, ip],
    cacheinfo: [6, struct({ preferred: u32, valid: u32, created: u32, updated: u32 })],
    flags: [8, u32],
    rtPriority: [9, u32],
    proto: [11, u8],
  }),
);
export type AddressValues = Parameters<typeof ADDRESS.request>[2];
export type Address = ReturnType<typeof ADDRESS.read>;

/** IFA_F_… of linux/if_addr.h. */
export const IFA_F = { secondary: 1, nodad: 2, dadfailed: 8, tentative: 0x40, permanent: 0x80 } as const;

export function addAddress(address: AddressValues) {
  return ADDRESS.request(RTM.newaddr, NLM_F.create | NLM_F.excl, address);
}

export function delAddress(address: AddressValues) {
  return ADDRESS.request(RTM.deladdr, 0, address);
}

/** Those of all devices, or of one. */
export function listAddresses(
  netlink: Netlink,
  netns?: string,
  only: Pick<AddressValues, "family" | "index"> = {},
): Promise<Address[]> {
  return netlink.dump(netns, ADDRESS.request(RTM.getaddr, 0, only), ADDRESS.read);
}
