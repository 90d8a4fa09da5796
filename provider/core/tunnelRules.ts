import type { Fault } from "./check";
import { familyOf, isMulticast } from "./ip";
import { carriesFrames, hasKey, isOver6, overheadOf, type TunnelMode } from "./tunnels";

/** What is known of a tunnel that a program wants; what is left out is no key at all. */
interface Wanted {
  name?: string | undefined;
  mac?: string | undefined;
  mtu?: number | undefined;
  mode?: TunnelMode | undefined;
  local?: string | undefined;
  remote?: string | undefined;
  device?: string | undefined;
  key?: string | number | undefined;
  ikey?: string | number | undefined;
  okey?: string | number | undefined;
  pmtudisc?: boolean | undefined;
  encapLimit?: string | number | undefined;
}

/** The most of an IPv4 packet, and the least MTU of IPv6. */
const [MOST, LEAST6] = [65535, 1280];
const KEYS = ["key", "ikey", "okey"] as const;
const ENDS = ["local", "remote"] as const;

export function tunnelFaults(want: Wanted): Fault[] {
  const faults = [...betweenProperties(want), ...(want.mode === undefined ? [] : ofMode(want, want.mode))];
  return faults.filter((fault, index) => faults.findIndex(({ path }) => path[0] === fault.path[0]) === index);
}

function betweenProperties(want: Wanted): Fault[] {
  const { name, local, remote, device } = want;
  const faults: Fault[] = [];
  const refuse = (property: string, reason: string) => faults.push({ path: [property], reason });
  if (local !== undefined && isMulticast(local)) refuse("local", "is a multicast address, which cannot be a host's");
  if (remote !== undefined && isMulticast(remote))
    refuse("remote", "is a multicast address: a tunnel leads to one host");
  if (device !== undefined && device === name) refuse("device", "is the device itself");
  for (const key of ["ikey", "okey"] as const)
    if (key in want && "key" in want) refuse(key, "is set together with `key`, which is that of both directions");
  if (![...ENDS, ...KEYS, "device"].some((key) => key in want))
    refuse(
      "remote",
      "is required, or `local`, `device` or a key: without any it is the kernel's own device of that mode",
    );
  return faults;
}

/** What the mode has not, or has otherwise. */
function ofMode(want: Wanted, mode: TunnelMode): Fault[] {
  const faults: Fault[] = [];
  const refuse = (property: keyof Wanted, reason: string) => {
    if (property in want) faults.push({ path: [property], reason });
  };
  if (!carriesFrames(mode)) refuse("mac", "is only for the modes `gretap` and `ip6gretap`: others have none");
  if (!hasKey(mode)) for (const key of KEYS) refuse(key, "is only for the modes of GRE");
  if (isOver6(mode)) refuse("pmtudisc", "is only for the modes over IPv4");
  else refuse("encapLimit", "is only for the modes over IPv6");
  const [family, called] = isOver6(mode) ? ["inet6", "IPv6"] : ["inet", "IPv4"];
  for (const key of ENDS) {
    const address = want[key];
    if (address !== undefined && familyOf(address) !== family) refuse(key, `must be an ${called} address in this mode`);
  }
  const { mtu } = want;
  const most = MOST - overheadOf(mode, { isKeyed: "key" in want || "okey" in want });
  if (mtu !== undefined && mode === "sit" && mtu < LEAST6)
    refuse("mtu", `is below ${LEAST6}, the minimum of IPv6 (RFC 8200)`);
  if (mtu !== undefined && !isOver6(mode) && mtu > most)
    refuse("mtu", `is above ${most}, what an IPv4 packet has room for beside the headers of the tunnel`);
  return faults;
}
