import type { Blueprint } from "./blueprint";
import type { Device } from "./resourceBuilders";

type AddressSlot = NonNullable<Blueprint["addresses"][number]>;

/** The address of slot `index` on a device. */
export function addressOn(on: Device, slot: AddressSlot, index: number) {
  return slot.isV6 ? inet6(slot, index) : inet(slot, on);
}

/** The kernel refuses two scopes in one network of a device, so that goes with the network. */
function inet({ net, host, isAlone, peer, broadcast, label, scope }: AddressSlot, on: Device) {
  if (on.isLoopback) {
    const address = net === 0 ? `127.0.0.${host + 1}/8` : `10.9.0.${host}/32`;
    return {
      address,
      label: label === undefined ? undefined : `${on.name}${label}`,
      scope: net === 0 ? undefined : scope,
    };
  }
  const ofNetwork = net === 0 ? (scope === "global" ? scope : undefined) : "link";
  return {
    address: `10.0.${net}.${host}/${isAlone ? 32 : 24}`,
    peer: peer && `10.1.${net}.${peer}`,
    broadcast: broadcast && `10.0.${net}.${broadcast}`,
    label: label === undefined ? undefined : `${on.name}${label}`,
    scope: isAlone && peer === undefined ? scope : ofNetwork,
  };
}

/** Each slot has addresses of its own, so that no detection finds another one's. */
function inet6({ net, isAlone, noDad }: AddressSlot, index: number) {
  return { address: `2001:db8:${net + 1}::${index + 1}/${isAlone ? 128 : 64}`, noDad };
}
