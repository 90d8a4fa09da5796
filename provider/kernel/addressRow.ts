import { type Address, IFA_F } from "../netlink/address";
import { AF, RT_SCOPE } from "../netlink/ip";

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
}

export interface AddressedLink {
  ifindex: number;
  ifname: string;
  flags: string[];
  ifalias?: string;
  addr_info: AddressInfo[];
}

/** An address in the words of `ip -j addr show`. */
export function addressInfo({ family, flags8, flags = flags8, ...row }: Address): AddressInfo {
  const own = row.local ?? row.address ?? "";
  const isInet = family === AF.inet;
  const has = (key: string, bit: number) => ((flags & bit) === 0 ? {} : { [key]: true });
  return {
    family: isInet ? "inet" : "inet6",
    local: own,
    ...(row.address !== undefined && row.address !== own && { address: row.address }),
    prefixlen: row.prefixlen,
    ...(row.broadcast !== undefined && { broadcast: row.broadcast }),
    scope: scopeName(row.scope),
    ...(row.label !== undefined && { label: row.label }),
    ...(isInet && has("secondary", IFA_F.secondary)),
    ...{ ...has("nodad", IFA_F.nodad), ...has("tentative", IFA_F.tentative), ...has("dadfailed", IFA_F.dadfailed) },
  };
}

/** The word for a scope; a number where there is none. */
function scopeName(scope: number): string {
  return Object.entries(RT_SCOPE).find(([, number]) => number === scope)?.[0] ?? String(scope);
}
