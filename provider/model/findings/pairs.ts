import { bitsOf } from "../../core/ip";
import { grouped } from "../../core/values";
import { isLinkLocal, type Owned } from "../inet";
import type { Lab } from "./finding";

/** Two addresses of one host on different devices, each with a network around it. */
export function pairsOnOneHost(lab: Lab): { one: Owned; other: Owned }[] {
  return [...lab.graph.hosts.values()].flatMap(({ devices }) => {
    const owned = [...devices.values()].flatMap((device) => lab.addressesOf(device).filter(isOnNetwork));
    const byNetwork = grouped(owned, ({ network }) => `${network.family} ${network.first} ${network.last}`);
    return [...byNetwork.values()].flatMap((same) => {
      const [one, ...rest] = same;
      return rest.flatMap((other) => (one && one.device !== other.device ? [{ one, other }] : []));
    });
  });
}

function isOnNetwork({ family, prefixLength, peer, address, device }: Owned): boolean {
  return prefixLength < bitsOf(family) && peer === undefined && !isLinkLocal(address) && device.up === true;
}
