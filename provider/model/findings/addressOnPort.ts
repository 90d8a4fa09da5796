import { deviceLabel } from "../graph";
import { andMore, type Check, type Found } from "./finding";

export const addressOnPort: Check = {
  code: "address-on-port",
  title: "An address is on a port of a bridge",
  level: "error",
  find(lab) {
    return lab.devices.flatMap((device): Found[] => {
      const { port, bridge } = device;
      const own = lab.addressesOf(device);
      const isPort = port?.says === "port" || (port?.says === "ovsPort" && port.type === "system");
      if (!isPort || !bridge || own.length === 0) return [];
      return [
        {
          resources: [...own, port].map(({ by }) => by),
          what:
            `${andMore(own.map(({ address }) => address))} is on ${deviceLabel(device)}, a port: everything ` +
            `that comes in there goes to ${bridge.name}, so the host never gets an answer there.`,
          todo: `Put the address on the bridge, \`device: "${bridge.name}"\`.`,
        },
      ];
    });
  },
};
