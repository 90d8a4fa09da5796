import { grouped } from "../../core/values";
import { deviceLabel } from "../graph";
import { mtuOf } from "../mtu";
import { andMore, type Check, type Found } from "./finding";
import { saysMtu } from "./mtuOwners";

export const bridgeMtu: Check = {
  code: "bridge-mtu",
  title: "The ports of a bridge have a different MTU",
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
            `${deviceLabel(bridge)} takes packets of up to ${most} bytes by some ports, and ${andMore(small.map(deviceLabel))} ` +
            `pass on no more than ${least}: a bridge drops what is larger without a word.`,
          todo: "Give all ports of the bridge, and what is behind them, the same `mtu`.",
        },
      ];
    });
  },
};
