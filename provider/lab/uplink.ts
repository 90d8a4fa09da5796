import type { Subnet } from "../core/subnet";
import { NONE } from "./names";
import type { Host, Network, Seat } from "./plan";

/** What a router does between the network of its gateway, which is outside, and the others. */

type Family = Subnet["family"];
type Hosts = ReadonlyMap<string, Host>;

/** The device of a router on the network of its gateway: what is beyond it is outside. */
export function uplinkOf({ said, seats }: Host, hosts: Hosts): Seat | undefined {
  const gateway = said.gateway === undefined ? undefined : hosts.get(said.gateway);
  return gateway && seats.find(({ network }) => gateway.seats.some((seat) => seat.network === network));
}

/** Whether a router leads nowhere from a network, because outside nobody knows of what is behind it. */
export function isClosed(router: Host, from: Network, family: Family, hosts: Hosts): boolean {
  const { nat = NONE, nat6 } = router.said;
  const hides = family === "inet" ? nat !== NONE : nat6 === "masquerade";
  return hides && uplinkOf(router, hosts)?.network === from;
}

/** Whether a router has other prefixes for what is behind it, as it is seen from a network. */
export function hasOtherPrefixes(router: Host, from: Network, family: Family, hosts: Hosts): boolean {
  return family === "inet6" && router.said.nat6 === "prefix" && uplinkOf(router, hosts)?.network === from;
}
