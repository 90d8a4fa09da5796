import { type Device, deviceLabel, isKnown } from "../graph";
import { contains } from "../inet";
import { mtuOf, overheadOf } from "../mtu";
import type { Check, Found, Lab } from "./finding";
import { saysMtu } from "./mtuOwners";
import { areLargerSent } from "./tooLarge";

export const tunnelMtu: Check = {
  code: "tunnel-mtu",
  title: "The packets of a tunnel do not fit into its underlay",
  level: "warning",
  find(lab) {
    return lab.devices.flatMap((device): Found[] => {
      const below = underlayOf(lab, device);
      const [own, room] = [mtuOf(device), below && mtuOf(below)];
      const around = overheadOf(device);
      if (!below || own === undefined || room === undefined || own + around <= room) return [];
      if (!areLargerSent(lab, device, room - around)) return [];
      return [
        {
          resources: [...new Set([...saysMtu(device), ...saysMtu(below)])],
          what:
            `${deviceLabel(device)} accepts packets of up to ${own} bytes, and adds ${around} to each, but ` +
            `${deviceLabel(below)} carries no more than ${room}: large ones travel in fragments, slowly, or get ` +
            "lost where fragments are dropped.",
          todo:
            `Give the tunnel \`mtu\` ${room - around}, or name the \`device\` below it, from which the ` +
            "kernel derives it; or raise the MTU below.",
        },
      ];
    });
  },
};

/** The device that its packets go by: the one that is named, or the one in whose network the other end is. */
function underlayOf(lab: Lab, device: Device): Device | undefined {
  const { link, parent, underlay: host = device.host } = device;
  if (link?.type !== "vxlan") return undefined;
  if (parent) return parent;
  const { remote } = link;
  if (!isKnown(remote) || host.rules.length > 0) return undefined;
  return [...host.devices.values()].find((one) =>
    lab.addressesOf(one).some(({ network }) => one !== device && contains(network, remote)),
  );
}
