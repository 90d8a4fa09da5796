import { bitsOf, familyOf, parseCidr } from "../../core/ip";
import { Unknown } from "../../core/values";
import type { Maybe } from "../../resources/facts";
import { carrier, downAt } from "../frames/links";
import type { Wiring } from "../frames/wiring";
import { type Device, deviceLabel, type Host, isKnown } from "../graph";
import type { Resource } from "../resources";
import { isLinkLocal, linkLocalOf, type Prefix, prefixOf } from "./ip";
import { deviceSetting, withoutIpv6 } from "./settings";
import type { Drop, Family } from "./types";

/** An address of a host. */
export interface Own {
  family: Family;
  address: string;
  length: number;
  /** What is reached by the device for it: its network, or that of its peer. */
  network: Prefix;
  device: Device;
  scope: "global" | "link" | "host";
  /** Absent: the kernel gives it by itself. */
  by?: Resource;
  /** Why it does not work, if so. */
  fault?: Drop | undefined;
}

/** Of `addr_gen_mode`; with others the kernel makes it of a secret. */
const [BY_MAC, NONE] = [0, 1];

/** All addresses of a host that are known, in the order in which the resources come. */
export function addressesOf(host: Host, wiring: Wiring): Own[] {
  return [...host.devices.values()].flatMap((device) => [
    ...device.addresses.flatMap((fact): Own[] => {
      const parsed = isKnown(fact.address) ? parseCidr(fact.address) : undefined;
      if (!parsed) return [];
      const { family, address, prefixLength: length } = parsed;
      const peer = isKnown(fact.peer) ? fact.peer : undefined;
      const network = prefixOf(peer?.includes("/") ? peer : `${peer ?? address}/${length}`);
      const noDad = fact.noDad === true;
      const scope = scopeOf(family, address, isKnown(fact.scope) ? fact.scope : undefined);
      return [
        {
          family,
          address,
          length,
          network,
          device,
          scope,
          by: fact.by,
          fault: faultOf(device, { family, address, by: fact.by }, wiring, noDad),
        },
      ];
    }),
    ...byItself(device, wiring),
  ]);
}

/** What the kernel gives: to `lo` when it is set up, and a link-local one to all others. */
function byItself(device: Device, wiring: Wiring): Own[] {
  if (device.name === "lo") {
    if (device.up !== true) return [];
    return [own(device, "127.0.0.1", 8, "host"), own(device, "::1", 128, "host")].filter(
      ({ family }) => family === "inet" || !withoutIpv6(device),
    );
  }
  const address = ownLinkLocal(device);
  if (!isKnown(address)) return [];
  const local = own(device, address, 64, "link");
  return [{ ...local, fault: faultOf(device, local, wiring, false) }];
}

/** The link-local address that the kernel gives a device; undefined: none. */
export function ownLinkLocal(device: Device): Maybe<string> | undefined {
  const { name, mac, up } = device;
  const mode = deviceSetting(device, "inet6", "addr_gen_mode").value;
  if (name === "lo" || up === false || mode === NONE) return undefined;
  return up === true && mode === BY_MAC && isKnown(mac) ? linkLocalOf(mac) : Unknown.value;
}

function own(device: Device, address: string, length: number, scope: Own["scope"]): Own {
  return { family: familyOf(address), address, length, network: prefixOf(`${address}/${length}`), device, scope };
}

function faultOf(
  device: Device,
  { family, address, by }: Pick<Own, "family" | "address" | "by">,
  wiring: Wiring,
  noDad: boolean,
): Drop | undefined {
  // In IPv4 an address is the host's, whatever its device is like.
  if (family === "inet") return undefined;
  const off = withoutIpv6(device);
  if (off) return off;
  const { live } = device;
  if (live) return unusable(device, address, by, live.unusable.get(address));
  // One that nobody asks about is there at once, even on a device that is down.
  if (noDad || deviceSetting(device, "inet6", "accept_dad").value === 0) return undefined;
  const down = downAt(device);
  if (down) return down;
  const has = carrier(device, wiring);
  if (has === true) return undefined;
  const { host } = device;
  const why = `${deviceLabel(device)} has no carrier, so the kernel cannot tell whether its IPv6 addresses are taken, and uses none.`;
  return { code: "address-tentative", host, device, why, by: [device.by], ...(has !== false && { isOpen: true }) };
}

/** What the kernel itself says of an address that it does not use. */
function unusable(
  device: Device,
  address: string,
  by: Resource | undefined,
  state: string | undefined,
): Drop | undefined {
  if (state === undefined) return undefined;
  const { host } = device;
  const where = `${address} on ${deviceLabel(device)}`;
  return state === "dadfailed"
    ? {
        code: "dad-failed",
        host,
        device,
        by: [by],
        why: `${where} is not used: duplicate address detection has failed for it.`,
      }
    : { code: "address-tentative", host, device, by: [by], why: `${where} is not used yet: it is tentative.` };
}

function scopeOf(family: Family, address: string, given: string | undefined): Own["scope"] {
  if (family === "inet6") return isLinkLocal(address) ? "link" : "global";
  return given === "link" || given === "host" ? given : "global";
}

/** Whether the network is of one address alone. */
export function isAlone({ family, network }: Own): boolean {
  return network.length === bitsOf(family);
}
