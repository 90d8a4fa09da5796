import type { Subnet } from "../core/subnet";
import type { Host, Network, Seat } from "./plan";

/** The device of a router on the network of its gateway: what is beyond it is outside. */
export function uplinkOf({ said, seats }: Host, hosts: ReadonlyMap<string, Host>): Seat | undefined {
  const gateway = said.gateway === undefined ? undefined : hosts.get(said.gateway);
  return gateway && seats.find(({ network }) => gateway.seats.some((seat) => seat.network === network));
}

/** Whether it has addresses translated on the way out, so that outside nobody knows of what is behind it. */
export function translates({ said }: Host, family: Subnet["family"]): boolean {
  return ((family === "inet" ? said.nat : said.nat6) ?? "none") !== "none";
}

/** Whether a router leads nowhere from a network, because it is outside of its translation. */
export function isClosed(
  router: Host,
  from: Network,
  family: Subnet["family"],
  hosts: ReadonlyMap<string, Host>,
): boolean {
  return translates(router, family) && uplinkOf(router, hosts)?.network === from;
}
