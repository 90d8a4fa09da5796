import type { Subnet } from "../core/subnet";
import { LOOPBACK } from "./loopbacks";
import type { Host, Network, Seat } from "./plan";
import { Prefixes } from "./prefixes";
import { hasOtherPrefixes, isClosed } from "./uplink";

/** What leads where in a lab: who forwards, and as what networks are seen from elsewhere. */

export type Family = Subnet["family"];
export const KEYS = { inet: "ipv4", inet6: "ipv6" } as const;

/** The next router on the way to a network, and the device that leads there. */
export interface Hop {
  router: Host;
  gateway: string;
  device: string;
}

/** A network that there is a way to, and the routers on it that have other prefixes for what is behind them. */
interface Way {
  network: Network;
  through: readonly Host[];
  /** Of the network that it begins on. */
  device: string;
  /** Undefined: it is there already. */
  hop: Hop | undefined;
}

/** A network as it is seen from where a way begins. */
export interface Seen {
  network: Network;
  subnet: Subnet;
  hop: Hop | undefined;
  /** What tells it from all others. */
  key: unknown;
}

export class Ways {
  readonly prefixes: Prefixes;
  private readonly leading: Record<Family, ReadonlyMap<Network, readonly Seat[]>>;

  constructor(private readonly hosts: ReadonlyMap<string, Host>) {
    const seats = [...hosts.values()].flatMap((host) => host.seats);
    const networks = [...new Set(seats.map(({ network }) => network))];
    this.prefixes = new Prefixes(networks.flatMap(({ inet6 }) => inet6 ?? []));
    const leading = (family: Family) =>
      new Map(networks.map((network) => [network, network.seats.filter((seat) => this.leadsOn(seat, family))]));
    this.leading = { inet: leading("inet"), inet6: leading("inet6") };
  }

  of(seat: Seat): Host {
    return this.hosts.get(seat.host) as Host;
  }

  /** The routers on a network that lead on from it, in the order in which they are there. */
  routersOn(network: Network, family: Family): Seat[] {
    const seats = this.leading[family].get(network) ?? [];
    return seats.filter((seat) => this.forwards(this.of(seat), network, family));
  }

  /** All networks that a host has a way to, by the fewest routers; those that it is on itself have no hop. */
  from(host: Host, family: Family): Seen[] {
    const start = host.seats.map(({ network, device }) => ({ network, through: [], device, hop: undefined }));
    return this.spread(start, [host], family);
  }

  /** What a router leads to that is entered from a network, if another host does not forward. */
  reachedBy({ router, gateway, device }: Hop, from: Network, without: Host, family: Family): Seen[] {
    const before = { network: from, through: [], device, hop: { router, gateway, device } };
    return this.spread(this.onward(router, before, family), [without, router], family);
  }

  private spread(start: Iterable<Way>, passed: Host[], family: Family): Seen[] {
    const found = new Map<unknown, Way>();
    const meet = (way: Way) => {
      const key = keyOf(way);
      if (way.network[family] && !found.has(key)) found.set(key, way);
    };
    for (const way of start) meet(way);
    const visited = new Set(passed);
    for (const way of found.values()) {
      for (const seat of this.leading[family].get(way.network) ?? []) {
        const [router, gateway] = [this.of(seat), seat[KEYS[family]]];
        if (visited.has(router) || gateway === undefined) continue;
        visited.add(router);
        const hop = way.hop ?? { router, gateway, device: way.device };
        for (const next of this.onward(router, { ...way, hop }, family)) meet(next);
      }
    }
    return [...found].flatMap(([key, way]): Seen[] => {
      const subnet = this.seenAs(way, family);
      return subnet ? [{ network: way.network, hop: way.hop, subnet, key }] : [];
    });
  }

  /** The networks behind a router, or a host that is more than one of its addresses. */
  private onward(router: Host, way: Way, family: Family): Way[] {
    const isRouter = this.forwards(router, way.network, family);
    const seats = isRouter ? router.seats : router.seats.filter(({ device }) => device === LOOPBACK);
    const isOther = isRouter && hasOtherPrefixes(router, way.network, family, this.hosts);
    const through = isOther ? [...way.through, router] : way.through;
    return seats.map(({ network }) => ({ ...way, network, through: network === way.network ? way.through : through }));
  }

  private leadsOn(seat: Seat, family: Family): boolean {
    const host = this.of(seat);
    return host.said.loopback || this.forwards(host, seat.network, family);
  }

  private forwards(host: Host, from: Network, family: Family): boolean {
    return host.said.forwarding && !isClosed(host, from, family, this.hosts);
  }

  private seenAs({ network, through }: Way, family: Family): Subnet | undefined {
    return through.reduceRight((subnet, router) => subnet && this.prefixes.outsideOf(router, subnet), network[family]);
  }
}

function keyOf({ network, through }: Way): unknown {
  return through.length === 0 ? network : [network, ...through].map(({ name }) => name).join(" ");
}
