import { type Device, deviceLabel } from "../graph";
import { lookUp, makersOf } from "./lookup";
import { LOCAL } from "./routes";
import { withAll } from "./settings";
import type { Drop } from "./types";
import type { View } from "./world";

interface Arriving {
  source: string;
  destination: string;
  /** The device that it would go on by, unless it is for the host itself. */
  oif?: string | undefined;
}

/**
 * Why a host takes no packet of that source by that device, if so: fib_validate_source of net/ipv4/fib_frontend.c. It
 * is asked of requests of ARP as well.
 */
export function sourceFault(view: View, device: Device, { source, destination, oif }: Arriving): Drop | undefined {
  const { host } = view;
  const rpFilter = withAll(device, "inet", "rp_filter");
  const acceptLocal = withAll(device, "inet", "accept_local");
  const isOwn = view.owns.has(source);
  const own = (): Drop => ({
    ...{ code: "own-source", host, device },
    by: [...acceptLocal.by, ...(view.owns.get(source) ?? []).map(({ by }) => by)],
    why: `${deviceLabel(device)} gets what comes from ${source}, which is an address of its own host, and drops it.`,
  });
  if (rpFilter.value === 0 && acceptLocal.value !== undefined && !isFull(view)) {
    return isOwn && acceptLocal.value === 0 ? own() : undefined;
  }
  const found = lookUp(view, { family: "inet", destination: source, source: destination, iif: oif ?? "lo" });
  const strict: Drop = {
    ...{ code: "rp-filter", host, device, by: rpFilter.by },
    why: `rp_filter on ${deviceLabel(device)} drops what comes from ${source}: the route back does not use that device.`,
  };
  if ("code" in found || found.entries[0] === undefined) return refuse(rpFilter.value, strict);
  const [{ type, ways }] = found.entries;
  if (type === "local" && acceptLocal.value !== 1) return acceptLocal.value === 0 ? own() : open(own());
  if (type === "broadcast") return own();
  // One that leads nowhere is as none.
  if (type !== "unicast" && type !== "local")
    return refuse(rpFilter.value, { ...strict, by: [...strict.by, ...makersOf(found)] });
  if (type === "unicast" && ways.some((way) => way.device === device)) return undefined;
  if (rpFilter.value === 2 && view.addresses.some((one) => one.device === device && one.family === "inet"))
    return undefined;
  if (rpFilter.value === 2) return strict;
  return rpFilter.value === 1
    ? { ...strict, by: [...strict.by, ...makersOf(found)] }
    : rpFilter.value === 0
      ? undefined
      : open(strict);
}

function refuse(rpFilter: number | undefined, drop: Drop): Drop | undefined {
  if (rpFilter === 0) return undefined;
  return rpFilter === undefined ? open(drop) : drop;
}

function open(drop: Drop): Drop {
  return { ...drop, isOpen: true };
}

/** With rules or local routes of somebody's the kernel looks closely even where nothing is filtered. */
function isFull({ host, rules, byTable }: View): boolean {
  return (
    rules.inet.some(({ fact }) => fact) ||
    (host.routes.length > 0 && (byTable.get(LOCAL) ?? []).some(({ by, type }) => by && type === "unicast"))
  );
}
