import { deviceLabel } from "../graph";
import type { Check, Found } from "./finding";
import { pairsOnOneHost } from "./pairs";

export const subnetOnTwoDevices: Check = {
  code: "subnet-on-two-devices",
  title: "A host has the same network on two devices that are not joined",
  level: "error",
  find(lab) {
    return pairsOnOneHost(lab).flatMap(({ one, other }): Found[] => {
      const [near, far] = [lab.domains.of(one.device), lab.domains.of(other.device)];
      // Rules can lead to each by a table of its own; and devices that are joined lead to the same hosts.
      if (one.device.host.rules.length > 0 || one.device.host.unplaced.length > 0) return [];
      if (near.isOpen || far.isOpen || near === far || [...near.devices].some((device) => far.devices.has(device))) {
        return [];
      }
      if (far.devices.size < 2 && near.devices.size < 2) return [];
      return [
        {
          resources: [other.by, one.by],
          what:
            `${deviceLabel(one.device)} and ${deviceLabel(other.device)} both have an address of the network of ` +
            `${one.address}: ` +
            "the host uses only one of them for the whole network, and never reaches the hosts behind the other.",
          todo: "Give each of the two its own network, or join them with a bridge that has the address.",
        },
      ];
    });
  },
};
