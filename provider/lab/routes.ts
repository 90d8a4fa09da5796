import { DEFAULT, DEFAULT6 } from "../core/ip";
import { type Subnet, subnetText } from "../core/subnet";
import { NONE } from "./names";
import type { Host, Network, Seat } from "./plan";
import { isClosed } from "./uplink";

export interface Route {
  destination: string;
  gateway: string;
  device?: string;
}

/** The next router on the way to a network, and the device that leads there. */
interface Hop {
  router: Host;
  gateway: string;
  device: string;
}

type Family = Subnet["family"];
type Hosts = ReadonlyMap<string, Host>;
const KEYS = { inet: "ipv4", inet6: "ipv6" } as const;
const EVERYTHING = { inet: DEFAULT, inet6: DEFAULT6 } as const;

/** The routes of a host in one family that follow from the lab. */
export function routesOf(host: Host, family: Family, hosts: Hosts, routers: Routers): Route[] {
  const hops = hopsFrom(host, family, routers);
  const gateway = gatewayOf(host, family, hosts, routers);
  const toDefault = gateway && { destination: EVERYTHING[family], gateway: gateway.gateway, device: gateway.device };
  const isWay = gateway?.router.said.forwarding && !host.said.forwarding;
  const covered = isWay ? reachedBy(gateway.router, host, family, routers) : new Set<Network>();
  const others = [...hops].flatMap(([network, hop]): Route[] => {
    const subnet = network[family];
    if (!hop || !subnet || covered.has(network)) return [];
    return [{ destination: subnetText(subnet), gateway: hop.gateway, device: hop.device }];
  });
  return [...(toDefault ? [toDefault] : []), ...others];
}

/** The routers on each network that lead on from it, in the order in which they are there. */
export type Routers = Record<Family, ReadonlyMap<Network, readonly Seat[]>> & { of(seat: Seat): Host };

export function routersOf(hosts: Hosts): Routers {
  const of = (seat: Seat) => hosts.get(seat.host) as Host;
  const networks = new Set([...hosts.values()].flatMap(({ seats }) => seats.map(({ network }) => network)));
  const onEach = (family: Family) => {
    const leadsOn = (seat: Seat) => of(seat).said.forwarding && !isClosed(of(seat), seat.network, family, hosts);
    return new Map([...networks].map((network) => [network, network.seats.filter(leadsOn)]));
  };
  return { inet: onEach("inet"), inet6: onEach("inet6"), of };
}

/** The default gateway: that by hand, else the first router; of a router only that by hand. */
function gatewayOf({ name, said, seats }: Host, family: Family, hosts: Hosts, routers: Routers): Hop | undefined {
  if (said.gateway === NONE) return undefined;
  if (said.gateway !== undefined) {
    const router = hosts.get(said.gateway);
    return router && nearest(seats, router, family);
  }
  if (said.forwarding) return undefined;
  for (const { device, network } of seats) {
    const seat = (routers[family].get(network) ?? []).find(
      (one) => one.host !== name && one[KEYS[family]] !== undefined,
    );
    const gateway = seat?.[KEYS[family]];
    if (seat && gateway !== undefined) return { router: routers.of(seat), gateway, device };
  }
  return undefined;
}

/** How a host gets to another one that is on a network of both. */
export function nearest(seats: readonly Seat[], other: Host, family: Family): Hop | undefined {
  for (const { network, device, ...own } of seats) {
    const gateway = other.seats.find((one) => one.network === network)?.[KEYS[family]];
    if (gateway !== undefined && own[KEYS[family]] !== undefined) return { router: other, gateway, device };
  }
  return undefined;
}

/** The first router on the shortest way to each network; none to those that the host is on itself. */
function hopsFrom(host: Host, family: Family, routers: Routers): Map<Network, Hop | undefined> {
  const start = host.seats.filter(({ network }) => network[family]).map(({ network, device }) => ({ network, device }));
  const found = new Map<Network, Hop | undefined>(start.map(({ network }) => [network, undefined]));
  const visited = new Set([host.name]);
  const queue = [...new Map(start.map((one) => [one.network, one])).values()];
  for (const { network, device } of queue) {
    for (const seat of routers[family].get(network) ?? []) {
      const gateway = seat[KEYS[family]];
      if (visited.has(seat.host) || gateway === undefined) continue;
      visited.add(seat.host);
      const router = routers.of(seat);
      const hop = found.get(network) ?? { router, gateway, device };
      for (const next of router.seats) {
        if (!next.network[family] || found.has(next.network)) continue;
        found.set(next.network, hop);
        queue.push({ network: next.network, device });
      }
    }
  }
  return found;
}

/** The networks that a router leads to, if `without` does not forward. */
function reachedBy(router: Host, without: Host, family: Family, routers: Routers): Set<Network> {
  const found = new Set<Network>();
  const visited = new Set([without.name, router.name]);
  const queue = [router];
  for (const { seats } of queue) {
    for (const { network } of seats) {
      if (!network[family] || found.has(network)) continue;
      found.add(network);
      for (const seat of routers[family].get(network) ?? []) {
        if (visited.has(seat.host)) continue;
        visited.add(seat.host);
        queue.push(routers.of(seat));
      }
    }
  }
  return found;
}
