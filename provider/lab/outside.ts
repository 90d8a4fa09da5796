import { addressAt, numberIn, type Subnet } from "../core/subnet";
import type { Host, Network } from "./plan";
import { uplinkOf } from "./uplink";
import type { Ways } from "./ways";

/** The IPv6 address of a host outside of each router that has other prefixes for what is behind it, by the router's name. */
export function outsideOf({ seats }: Host, hosts: ReadonlyMap<string, Host>, ways: Ways): Record<string, string> {
  const found: Record<string, string> = {};
  const { ipv6, network: first } = seats.find((seat) => seat.ipv6 !== undefined) ?? {};
  if (ipv6 === undefined || !first?.inet6) return found;
  const number = numberIn(first.inet6, ipv6) ?? 0n;
  const queue: [Network, Subnet][] = [[first, first.inet6]];
  const visited = new Set([first]);
  for (const [network, subnet] of queue) {
    for (const seat of ways.routersOn(network, "inet6")) {
      const router = ways.of(seat);
      const uplink = router.said.nat6 === "prefix" ? uplinkOf(router, hosts)?.network : undefined;
      // What comes in by there is known by its own addresses behind it.
      if (uplink === network) continue;
      for (const next of router.seats) {
        const isOutside = next.network === uplink;
        const seen = isOutside ? ways.prefixes.outsideOf(router, subnet) : subnet;
        if (isOutside) found[router.name] ??= addressAt(seen, number);
        if (visited.has(next.network)) continue;
        visited.add(next.network);
        queue.push([next.network, seen]);
      }
    }
  }
  return found;
}
