import { DEFAULT, DEFAULT6 } from "../core/ip";
import { subnetText } from "../core/subnet";
import { NONE } from "./names";
import type { Host, Network, Seat } from "./plan";
import { type Family, type Hop, KEYS, type Ways } from "./ways";

export interface Route {
  destination: string;
  gateway: string;
  device?: string;
  onLink?: true;
}

type Hosts = ReadonlyMap<string, Host>;
const EVERYTHING = { inet: DEFAULT, inet6: DEFAULT6 } as const;

/** The routes of a host in one family that follow from the lab; without routing that to a gateway by hand alone. */
export function routesOf(
  host: Host,
  family: Family,
  { hosts, ways, isRouted }: { hosts: Hosts; ways: Ways; isRouted: boolean },
): Route[] {
  if (!isRouted && host.said.gateway === undefined) return [];
  const gateway = gatewayOf(host, family, hosts, ways);
  const isTold = gateway && isAutomaticOn(host, gateway.device, family);
  const toDefault = gateway && !isTold && { destination: EVERYTHING[family], ...toGateway(gateway) };
  if (!isRouted) return toDefault ? [toDefault] : [];
  const isWay = gateway?.router.said.forwarding && !host.said.forwarding;
  const covered = new Set(isWay ? ways.reachedBy(gateway, gateway.network, host, family).map(({ key }) => key) : []);
  const others = ways.from(host, family).flatMap(({ subnet, hop, key }): Route[] => {
    if (!hop || covered.has(key)) return [];
    return [{ destination: subnetText(subnet), ...toGateway(hop), ...onLinkAt(host, hop.device, family) }];
  });
  return [...(toDefault ? [toDefault] : []), ...others];
}

function toGateway({ gateway, device }: Hop): Omit<Route, "destination"> {
  return { gateway, device };
}

/** Until routers tell of it, a host knows of no network there. */
export function onLinkAt(host: Host, device: string, family: Family): Pick<Route, "onLink"> {
  return isAutomaticOn(host, device, family) ? { onLink: true } : {};
}

function isAutomaticOn({ seats }: Host, device: string, family: Family): boolean {
  return family === "inet6" && seats.some((seat) => seat.device === device && seat.isAutomatic);
}

type Gateway = Hop & { network: Network };

/** The default gateway: that by hand, else the first router; of a router only that by hand. */
function gatewayOf({ name, said, seats }: Host, family: Family, hosts: Hosts, ways: Ways): Gateway | undefined {
  if (said.gateway === NONE) return undefined;
  if (said.gateway !== undefined) {
    const router = hosts.get(said.gateway);
    return router && nearest(seats, router, family);
  }
  if (said.forwarding) return undefined;
  for (const { device, network } of seats) {
    const routers = ways.routersOn(network, family);
    const seat = routers.find((one) => one.host !== name && one[KEYS[family]] !== undefined);
    const gateway = seat?.[KEYS[family]];
    if (seat && gateway !== undefined) return { router: ways.of(seat), gateway, device, network };
  }
  return undefined;
}

/** How a host gets to another one that is on a network of both. */
export function nearest(seats: readonly Seat[], other: Host, family: Family): Gateway | undefined {
  for (const { network, device, ...own } of seats) {
    const gateway = other.seats.find((one) => one.network === network)?.[KEYS[family]];
    if (gateway !== undefined && own[KEYS[family]] !== undefined) return { router: other, gateway, device, network };
  }
  return undefined;
}
