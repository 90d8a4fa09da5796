import { addressAt } from "../core/subnet";
import type { Json } from "../core/values";
import { hash } from "./hash";
import type { Cable, Host, LabFault, Network, Seat } from "./plan";
import type { Ways } from "./ways";

/** Networks whose routers tell hosts of them, of which these make their IPv6 addresses (RFC 4861, RFC 4862). */

type Hosts = ReadonlyMap<string, Host>;
/** What a host makes an address with. */
const LENGTH = 64;
/** Of the default route that routers tell: another one than a static one's, which the program may have in its place later. */
const METRIC = 512;

/** The addresses that hosts will make, where none is by hand. */
export function giveAutomatic(hosts: Hosts, networks: readonly Network[]): void {
  for (const { advertised, inet6, seats } of networks) {
    if (!advertised || inet6?.prefixLength !== LENGTH) continue;
    for (const seat of seats) {
      const { forwarding, gateway } = hosts.get(seat.host)?.said ?? {};
      if (forwarding || gateway !== undefined || seat.ipv6 !== undefined) continue;
      seat.ipv6 = addressAt(inet6, identifierOf(macOf(seat)));
      seat.isAutomatic = true;
    }
  }
}

/** Gives their ends of cables the MAC addresses that these follow from. */
export function giveMacs(hosts: Hosts, cables: readonly Cable[]): void {
  const macs = new Map<string, string>();
  for (const { seats } of hosts.values())
    for (const seat of seats)
      if (seat.isAutomatic) macs.set(placeOf(seat.host, seat.parent ?? seat.device), macOf(seat));
  for (const end of cables.flatMap(({ ends }) => ends)) {
    const mac = macs.get(placeOf(end.node, end.device));
    if (mac !== undefined) end.mac = mac;
  }
}

function placeOf(host: string, device: string): string {
  return `${host}/${device}`;
}

/** One that is administered locally, of the name alone. */
function macOf({ host, device, parent = device }: Seat): string {
  const name = placeOf(host, parent);
  const bytes = [0x02, ...[8, 0].map((bits) => (hash(`${name}#mac`) >>> bits) & 0xff)];
  const more = [16, 8, 0].map((bits) => (hash(name) >>> bits) & 0xff);
  return [...bytes, ...more].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** The modified EUI-64 of a MAC address (RFC 4291, appendix A). */
function identifierOf(mac: string): bigint {
  const bytes = mac.split(":").map((byte) => Number.parseInt(byte, 16));
  const all = [(bytes[0] ?? 0) ^ 2, ...bytes.slice(1, 3), 0xff, 0xfe, ...bytes.slice(3)];
  return all.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

export function advertisementFaults(networks: readonly Network[], ways: Ways): LabFault[] {
  return networks.flatMap((network): LabFault[] => {
    const { advertised: path, inet6 } = network;
    if (!path) return [];
    const refuse = (reason: string): LabFault[] => [{ path, reason, needs: ["joins", "subnets", "routers"] }];
    if (!inet6) return refuse("needs an IPv6 subnet");
    if (inet6.prefixLength !== LENGTH) return refuse(`needs \`subnet6\` of length ${LENGTH} (RFC 4862)`);
    if (ways.routersOn(network, "inet6").length === 0)
      return refuse("needs a router that leads on from there: a host with `forwarding: true`");
    return [];
  });
}

/** What sends them: each router on all of its networks that it leads on from. */
export function advertisingProcess({ namespace, seats }: Host, ways: Ways): Json[] {
  const own = seats.filter(
    (seat) =>
      seat.network.advertised && ways.routersOn(seat.network, "inet6").includes(seat) && seat.ipv6 !== undefined,
  );
  if (own.length === 0) return [];
  const ranges = own.flatMap(({ device }) => [
    `--interface=${device}`,
    `--dhcp-range=::,constructor:${device},ra-only`,
  ]);
  const alone = ["--no-daemon", "--conf-file=/dev/null", "--port=0", "--no-resolv", "--no-hosts", "--leasefile-ro"];
  return [
    {
      ...{ namespace, name: "lab-router-advertisements" },
      argv: ["dnsmasq", ...alone, "--enable-ra", ...ranges],
      ready: { line: "IPv6 router advertisement enabled" },
    },
  ];
}

/** A host of which something is said by hand hears nothing of routers, and one with a default route elsewhere takes none of them. */
export function hearing({ namespace, said, seats }: Host, hasDefault: boolean): Json[] {
  if (said.forwarding) return [];
  return seats.flatMap(({ device, network, isAutomatic }): Json[] => {
    const set = (key: string, value: number): Json[] => [{ namespace, device, key: `net.ipv6.conf.*.${key}`, value }];
    if (!network.advertised) return [];
    if (!isAutomatic) return set("accept_ra", 0);
    return hasDefault ? set("accept_ra_defrtr", 0) : set("ra_defrtr_metric", METRIC);
  });
}
