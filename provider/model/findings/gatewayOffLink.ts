import type { Check, Found } from "./finding";
import { legsOf } from "./gateways";

export const gatewayOffLink: Check = {
  code: "gateway-off-link",
  title: "A gateway is not on any network of the host",
  level: "error",
  find(lab) {
    return legsOf(lab).flatMap(({ host, route, gateway, named, device }): Found[] => {
      const isOwn = (lab.owners.get(gateway) ?? []).some((one) => one.device.host === host);
      if ((device && !isOwn) || route.onLink !== false) return [];
      const where = named ? `${named.name} of ${host.name}` : host.name;
      return [
        {
          resources: [route.by],
          what: isOwn
            ? `The route to ${String(route.destination)} leads to ${gateway}, an address of ${host.name} ` +
              "itself: the kernel refuses it."
            : `The route to ${String(route.destination)} leads to ${gateway}, which is not on any network of ` +
              `${where}: the kernel refuses it.`,
          todo: isOwn
            ? "Name the address that the next router has on the same network."
            : "Name the router's address on a network of the host, or give the host an address on the router's network.",
        },
      ];
    });
  },
};
