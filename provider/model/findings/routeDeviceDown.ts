import { deviceLabel, isKnown } from "../graph";
import type { Check, Found } from "./finding";
import { hopsOf } from "./hops";

export const routeDeviceDown: Check = {
  code: "route-device-down",
  title: "A route uses a device that is down",
  level: "warning",
  find({ graph }) {
    return [...graph.hosts.values()].flatMap((host) =>
      host.routes.flatMap((route): Found[] => {
        const down = hopsOf(route).flatMap(({ device }) => {
          const by = isKnown(device) ? host.devices.get(device) : undefined;
          return by?.up === false ? [by] : [];
        });
        const [device] = down;
        if (!device) return [];
        const made = device.settings.find(({ up }) => up === false)?.by ?? device.by;
        return [
          {
            resources: [route.by, ...(made ? [made] : [])],
            what:
              `The route to ${String(route.destination)} uses ${deviceLabel(device)}, which the program ` +
              "keeps down: the route waits until it is up.",
            todo: "Where that is not meant, set the device `up`.",
          },
        ];
      }),
    );
  },
};
