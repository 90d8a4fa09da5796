import { downAt } from "../frames/links";
import { isKnown } from "../graph";
import { contains, prefixOf } from "./ip";
import type { Drop } from "./types";
import type { View } from "./world";

/** What keeps a route away that would be there, where that is why there is none. */
export function whyNoRoute(view: View, drop: Drop, destination: string): Drop {
  if (drop.code !== "no-route") return drop;
  for (const { network, device, fault, by } of view.addresses) {
    const reason = contains(network, destination) ? (downAt(device) ?? fault) : undefined;
    if (reason) return { ...reason, why: `${drop.why} ${reason.why}`, by: [...reason.by, by] };
  }
  for (const { destination: to, device: name, waiting, by } of view.host.routes) {
    const device = isKnown(name) ? view.host.devices.get(name) : undefined;
    if (!isKnown(to) || !contains(prefixOf(to), destination)) continue;
    const down = device && downAt(device);
    if (down) return { ...down, why: `${drop.why} ${down.why}`, by: [...down.by, by] };
    if (waiting)
      return {
        ...drop,
        code: "link-down",
        why: `${drop.why} Its route to ${to} waits for a device that is down.`,
        by: [by],
      };
  }
  return drop;
}
