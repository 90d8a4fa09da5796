import { type Device, deviceLabel } from "../graph";
import { mtuOf } from "../mtu";
import type { Check, Found } from "./finding";
import { saysMtu } from "./mtuOwners";

export const cableMtu: Check = {
  code: "cable-mtu",
  title: "The two ends of a cable have different MTUs",
  level: "error",
  find({ devices }) {
    const done = new Set<Device>();
    return devices.flatMap((device): Found[] => {
      const { peer } = device;
      done.add(device);
      if (!peer || done.has(peer)) return [];
      const [own, others] = [mtuOf(device), mtuOf(peer)];
      if (own === undefined || others === undefined || own === others || device.up !== true || peer.up !== true)
        return [];
      const [large, small] = own > others ? [device, peer] : [peer, device];
      const [most, least] = [Math.max(own, others), Math.min(own, others)];
      return [
        {
          resources: [...new Set([...saysMtu(small), ...saysMtu(large)])],
          what:
            `${deviceLabel(large)} sends packets of up to ${most} bytes, but ${deviceLabel(small)} at the other ` +
            `end accepts ${least}: larger packets are dropped there silently.`,
          todo: "Give both ends the same `mtu`.",
        },
      ];
    });
  },
};
