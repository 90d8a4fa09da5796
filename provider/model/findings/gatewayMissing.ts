import { Unknown } from "../../core/values";
import { type Device, deviceLabel, type Host } from "../graph";
import { isLinkLocal } from "../inet";
import { ownLinkLocal } from "../reach/addresses";
import { withAll } from "../reach/settings";
import type { Check, Found, Lab } from "./finding";
import { legsOf, routersAt } from "./gateways";

export const gatewayMissing: Check = {
  code: "gateway-missing",
  title: "Nobody has the address of a gateway",
  level: "error",
  find(lab) {
    return legsOf(lab).flatMap((leg): Found[] => {
      const { host, route, gateway, device } = leg;
      if (device?.up !== true || isAnswered(lab, host, device, gateway)) return [];
      if (routersAt(lab, leg, device).size > 0) return [];
      // That is `gateway-off-link`.
      if ((lab.owners.get(gateway) ?? []).some((one) => one.device.host === host)) return [];
      return [
        {
          resources: [route.by],
          what:
            `The route to ${String(route.destination)} leads to ${gateway} through ${deviceLabel(device)}, ` +
            `where no host has that address: nothing that ${host.name} sends there arrives.`,
          todo: "Name the router's address on this network, or give the router this one.",
        },
      ];
    });
  },
};

/** Or may be, by what is not in the lab, or by who answers for others. */
function isAnswered({ domains }: Lab, host: Host, device: Device, gateway: string): boolean {
  const { devices, isOpen } = domains.of(device);
  if (isOpen || device.neighbors.some(({ address }) => address === gateway || typeof address !== "string")) return true;
  const family = gateway.includes(":") ? "inet6" : "inet";
  const key = family === "inet" ? "proxy_arp" : "proxy_ndp";
  return [...devices].some((other) => {
    if (other.host === host) return false;
    if (isLinkLocal(gateway) && ownLinkLocal(other) instanceof Unknown) return true;
    return withAll(other, family, key).value !== 0 || other.neighbors.some(({ proxy }) => proxy !== false);
  });
}
