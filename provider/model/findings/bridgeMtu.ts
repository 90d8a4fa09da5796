import { grouped } from "../../core/values";
import { deviceLabel } from "../graph";
import { mtuOf } from "../mtu";
import { andMore, type Check, type Found } from "./finding";
import { saysMtu } from "./mtuOwners";
import { areLargerSent } from "./tooLarge";

export const bridgeMtu: Check = {
  code: "bridge-mtu",
  title: "The ports of a bridge have different MTUs",
  level: "error",
  find(lab) {
    const ports = grouped(
      lab.devices.filter(({ port }) => port?.says === "port"),
      ({ bridge }) => bridge,
    );
    return [...ports].flatMap(([bridge, members]): Found[] => {
      const sizes = members.map((port) => ({ port, mtu: mtuOf(port) ?? 0 })).filter(({ mtu }) => mtu > 0);
      const [least, most] = [Math.min(...sizes.map(({ mtu }) => mtu)), Math.max(...sizes.map(({ mtu }) => mtu))];
      if (!bridge || least >= most) return [];
      const small = sizes.filter(({ port, mtu }) => mtu === least && areLargerSent(lab, port, least));
      if (small.length === 0) return [];
      return [
        {
          resources: [...new Set(small.flatMap(({ port }) => saysMtu(port)))],
          what:
            `${deviceLabel(bridge)} accepts packets of up to ${most} bytes on some ports, but ` +
            `${andMore(small.map(({ port }) => deviceLabel(port)))} ` +
            `send no more than ${least}: a bridge silently drops anything larger.`,
          todo: "Give all ports of the bridge, and the devices behind them, the same `mtu`.",
        },
      ];
    });
  },
};
