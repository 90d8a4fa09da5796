import { z } from "zod";
import { bitsOf } from "../core/ip";
import { parseSubnet, type Subnet } from "../core/subnet";
import type { Description } from "./description";
import type { Host, Network, Seat } from "./plan";
import { subnet } from "./subnetField";

/** Addresses of loopback devices: all from one subnet, and each a network of its own that routers lead to. */

export const LOOPBACK = "lo";
const USUAL = { subnet: "10.255.0.0/16", subnet6: "fd00:0:0:ff00::/64" };

export const loopbacks = z
  .strictObject({
    subnet: subnet("inet")
      .optional()
      .meta({
        description: `The IPv4 subnet that they are from; \`none\`: no IPv4. Default: \`${USUAL.subnet}\`.`,
      }),
    subnet6: subnet("inet6")
      .optional()
      .meta({
        description: `The IPv6 subnet that they are from; \`none\`: no IPv6. Default: \`${USUAL.subnet6}\`.`,
      }),
  })
  .meta({ id: "LabLoopbacks", description: "What the addresses of loopback devices of a lab are from." });

/** The subnet of all, as a network with a seat for each host that wants an address of it. */
export function poolOf(hosts: ReadonlyMap<string, Host>, { loopbacks = {} }: Description): Network {
  const pool: Network = {
    name: LOOPBACK,
    ...{ isCable: false, usual: USUAL, mtu: [] },
    places: [{ path: ["loopbacks"], subnet: loopbacks.subnet, subnet6: loopbacks.subnet6 }],
    seats: [],
  };
  for (const { name, said, seats } of hosts.values()) {
    if (!said.loopback) continue;
    const seat: Seat = { host: name, device: LOOPBACK, network: pool };
    seats.push(seat);
    pool.seats.push(seat);
  }
  return pool;
}

/** Makes each of them, by now with its addresses, a network of its own. */
export function apart({ seats, places }: Network): Network[] {
  return seats.map((seat) => {
    const name = `${seat.host}:${LOOPBACK}`;
    const own: Network = { name, isCable: false, places, seats: [seat], mtu: [], ...alone(seat) };
    seat.network = own;
    return own;
  });
}

function alone({ ipv4, ipv6 }: Seat): Partial<Record<Subnet["family"], Subnet>> {
  const one = (family: Subnet["family"], address: string | undefined) =>
    address === undefined ? undefined : parseSubnet(`${address}/${bitsOf(family)}`);
  const [inet, inet6] = [one("inet", ipv4), one("inet6", ipv6)];
  return { ...(inet && { inet }), ...(inet6 && { inet6 }) };
}
