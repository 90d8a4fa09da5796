import { grouped } from "../../core/values";
import { deviceLabel } from "../graph";
import { mtuOf } from "../mtu";
import { andMore, type Check, type Found } from "./finding";
import { saysMtu } from "./mtuOwners";

export const bridgeMtu: Check = {
  code: "bridge-mtu",
  title: "The ports of a bridge have different MTUs",
  level: "error",
  find({ devices }) {
    const ports = grouped(
      devices.filter(({ port }) => port?.says === "port"),
      ({ bridge }) => bridge,
    );
    return [...ports].flatMap(([bridge, members]): Found[] => {
      const sizes = members.map((port) => ({ port, mtu: mtuOf(port) ?? 0 })).filter(({ mtu }) => mtu > 0);
      const [least, most] = [Math.min(...sizes.map(({ mtu }) => mtu)), Math.max(...sizes.map(({ mtu }) => mtu))];
      if (!bridge || least >= most) return [];
      const small = sizes.filter(({ mtu }) => mtu === least).map(({ port }) => port);
      return [
        {
          resources: [...new Set(small.flatMap(saysMtu))],
          what:
            `${deviceLabel(bridge)} accepts packets of up to ${most} bytes on some ports, but ` +
            `${andMore(small.map(deviceLabel))} ` +
            `send no more than ${least}: a bridge silently drops anything larger.`,
          todo: "Give all ports of the bridge, and the devices behind them, the same `mtu`.",
        },
      ];
    });
  },
};
