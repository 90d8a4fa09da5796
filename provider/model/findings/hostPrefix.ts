import { bitsOf } from "../../core/ip";
import { type Device, deviceLabel } from "../graph";
import type { Owned } from "../inet";
import type { Check, Found, Lab } from "./finding";
import { hopsOf } from "./hops";

export const hostPrefix: Check = {
  code: "host-prefix",
  title: "An address without a network is on a cable",
  level: "error",
  find(lab) {
    return lab.devices.flatMap((device): Found[] => {
      const own = lab.addressesOf(device);
      const [first] = own;
      if (!first || !leadsAway(lab, device) || !own.every(isAlone) || own.length < device.addresses.length) return [];
      if (hasRoute(device, first)) return [];
      return [
        {
          resources: own.map(({ by }) => by),
          what:
            `${first.address}/${first.prefixLength} on ${deviceLabel(device)} makes no route to the other end: ` +
            "the host sends nothing through this device.",
          todo: "Give the address the network's prefix length, or name the other end's address as `peer`.",
        },
      ];
    });
  },
};

function isAlone({ family, prefixLength, peer }: Owned): boolean {
  return prefixLength === bitsOf(family) && peer === undefined;
}

/** To others than its own host. */
function leadsAway({ domains }: Lab, device: Device): boolean {
  if (device.up !== true || device.port) return false;
  return [...domains.of(device).devices].some(({ host }) => host !== device.host);
}

/** By that device, or by what is not known. */
function hasRoute({ host, name }: Device, { family }: Owned): boolean {
  if (host.by === undefined || host.unplaced.length > 0) return true;
  return host.routes.some((route) => {
    const hops = hopsOf(route);
    const isOther = typeof route.destination === "string" && route.destination.includes(":") !== (family === "inet6");
    return !isOther && (hops.length === 0 ? route.type === "unicast" : hops.some((hop) => hop.device === name));
  });
}
