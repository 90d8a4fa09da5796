import type { Device, Host } from "../graph";
import type { Check, Found, Lab } from "./finding";

export const hostNotConnected: Check = {
  code: "host-not-connected",
  title: "A host is connected to nothing",
  level: "warning",
  find(lab) {
    const hosts = [...lab.graph.hosts.values()];
    // A lab of one host is meant so.
    if (hosts.length < 2 || lab.graph.unplaced.length > 0) return [];
    return hosts.flatMap((host): Found[] => {
      const { by, name, unplaced } = host;
      if (!by || unplaced.length > 0 || [...host.devices.values()].some((device) => leadsAway(lab, host, device))) {
        return [];
      }
      return [
        {
          resources: [by],
          what: `Nothing connects ${name} to any other host: it reaches only itself.`,
          todo: "Give it a cable to another host or to a bridge, or leave it out.",
        },
      ];
    });
  },
};

/** Or may do so. A cable that is down or not in its bridge yet is one as well. */
function leadsAway({ domains }: Lab, host: Host, device: Device): boolean {
  if (device.peer && device.peer.host !== host) return true;
  const { devices, isOpen } = domains.of(device);
  return isOpen || [...devices].some((other) => other.host !== host);
}
