import { familyOf } from "../core/ip";
import { addressAt, numberIn, type Subnet, sizeOf } from "../core/subnet";
import { giveAutomatic } from "./advertisements";
import { places } from "./hash";
import type { Host, LabFault, Network, Seat } from "./plan";

/**
 * The most numbers that names are spread over: of four digits, so that those of an IPv6 address can be the same ones.
 * A host has one number in all of its networks, unless that is taken there.
 */
export const NUMBERS = 9999;

type Key = "ipv4" | "ipv6";
const KEYS = { inet: "ipv4", inet6: "ipv6" } as const satisfies Record<Subnet["family"], Key>;

/** The numbers of each network that are somebody's. */
type Taken = ReadonlyMap<Network, Record<Subnet["family"], Set<bigint>>>;

/** Gives each device its addresses: those by hand, then those that follow from the names, in the order of the lists. */
export function giveAddresses(hosts: ReadonlyMap<string, Host>, networks: readonly Network[]): LabFault[] {
  const taken: Taken = new Map(networks.map((network) => [network, { inet: new Set(), inet6: new Set() }]));
  const faults = [...hosts.values()].flatMap((host) => giveByHand(host, taken));
  giveAutomatic(hosts, networks);
  for (const network of networks) {
    const seen = new Map<string, number>();
    for (const [index, seat] of network.seats.entries()) {
      const count = (seen.get(seat.host) ?? 0) + 1;
      seen.set(seat.host, count);
      const name = count === 1 ? seat.host : `${seat.host}_${count}`;
      for (const family of ["inet", "inet6"] as const) {
        const subnet = network[family];
        const key = KEYS[family];
        const used = taken.get(network)?.[family];
        if (!subnet || !used || seat[key] !== undefined) continue;
        const number = firstFree(subnet, used, preferred(seat, subnet, index), name);
        if (number === undefined) continue;
        seat[key] = addressAt(subnet, number);
        used.add(number);
      }
    }
  }
  return faults;
}

function giveByHand({ name, said, seats }: Host, taken: Taken): LabFault[] {
  return (said.addresses ?? []).flatMap((address, index): LabFault[] => {
    const refuse = (reason: string): LabFault[] => [
      { path: ["hosts", name, "addresses", index], reason, needs: ["joins", "subnets"] },
    ];
    const family = familyOf(address);
    const key = KEYS[family];
    const near = seats.filter(({ network }) => numberOf(network[family], address) !== undefined);
    const [first] = near;
    const subnet = first?.network[family];
    if (!first || !subnet) return refuse("is in no subnet of a network that the host is on");
    const seat = near.find((one) => one[key] === undefined);
    if (!seat) return refuse("is in a subnet of which the host has another address by hand");
    const number = numberOf(subnet, address) ?? 0n;
    if (isReserved(subnet, number))
      return refuse("is the first or the last address of its subnet, which hosts cannot have");
    const used = taken.get(first.network)?.[family];
    if (used?.has(number)) return refuse("is the address of another host by hand");
    used?.add(number);
    seat[key] = address;
    return [];
  });
}

function numberOf(subnet: Subnet | undefined, address: string): bigint | undefined {
  return subnet && numberIn(subnet, address);
}

/** The network itself and its broadcast address; of IPv6 the first one, which is that of all routers (RFC 4291). */
function isReserved(subnet: Subnet, number: bigint): boolean {
  const size = sizeOf(subnet);
  if (size <= 2n) return false;
  return number === 0n || (subnet.family === "inet" && number === size - 1n);
}

/** On a cable the ends are counted; and an IPv6 address ends with the digits of the IPv4 one's number. */
function preferred({ ipv4, network }: Seat, subnet: Subnet, index: number): bigint | undefined {
  const { inet, isCable } = network;
  const first = sizeOf(subnet) <= 2n ? 0n : 1n;
  if (subnet.family === "inet6" && ipv4 !== undefined && inet && !(isCable && sizeOf(inet) <= 2n)) {
    return BigInt(`0x${numberIn(inet, ipv4) ?? 0n}`);
  }
  return isCable ? first + BigInt(index) : undefined;
}

function firstFree(
  subnet: Subnet,
  used: ReadonlySet<bigint>,
  wanted: bigint | undefined,
  name: string,
): bigint | undefined {
  const size = sizeOf(subnet);
  const isFree = (number: bigint) => number < size && !isReserved(subnet, number) && !used.has(number);
  if (wanted !== undefined && isFree(wanted)) return wanted;
  const [least, room] = size <= 2n ? [0n, size] : [1n, size - 2n];
  const count = Number(room < BigInt(NUMBERS) ? room : BigInt(NUMBERS));
  for (const place of places(name, count)) if (isFree(least + BigInt(place))) return least + BigInt(place);
  return undefined;
}
