import { DEFAULT6, familyOf } from "../../core/ip";
import { hasUnknown } from "../../core/values";
import type { RouteFact } from "../../resources/facts";
import { type Device, type Host, isKnown, type Said } from "../graph";
import type { Resource } from "../resources";
import { isAlone, type Own } from "./addresses";
import { contains, isLinkLocal, type Prefix, prefixOf } from "./ip";
import type { Drop, Family } from "./types";

/** One of the ways of a route. */
export interface Way {
  device: Device;
  gateway?: string | undefined;
  fault?: Drop | undefined;
}

export interface Entry {
  prefix: Prefix;
  type: string;
  table: number;
  metric: number;
  ways: Way[];
  source?: string | undefined;
  mtu?: number | undefined;
  scope: "global" | "link" | "host";
  /** Absent: the kernel has made it. */
  by?: Resource | undefined;
  /** Why the kernel does not take it, if so. */
  fault?: Drop | undefined;
}

export const LOCAL = 255;
export const MAIN = 254;
const [METRIC6, METRIC6_STATIC] = [256, 1024];

/** The routes of a host in the order in which they are looked at: longest prefix first, then the least metric. */
export function routesOf(host: Host, addresses: readonly Own[]): Entry[] {
  const made = byKernel(host, addresses);
  const given = host.routes.flatMap((fact) => entryOf(host, fact, made) ?? []);
  return [...given, ...made].sort((a, b) => b.prefix.length - a.prefix.length || a.metric - b.metric);
}

/** Of two tables that are one: the longest prefix of both counts. */
export function merged(routes: readonly Entry[]): Entry[] {
  const all = routes.filter(({ table, prefix }) => prefix.family === "inet" && (table === LOCAL || table === MAIN));
  return all.sort((a, b) => b.prefix.length - a.prefix.length || b.table - a.table || a.metric - b.metric);
}

/** The routes about which something is not known that could make them count. */
export function openRoutes({ routes }: Host): Said<RouteFact>[] {
  return routes.filter((fact) => !isClear(fact));
}

function isClear({ destination, type, table, metric, gateway, device, source, nexthops }: RouteFact): boolean {
  return isKnown(destination) && !hasUnknown([type, table, metric, gateway, device, source, nexthops]);
}

function byKernel(host: Host, addresses: readonly Own[]): Entry[] {
  const seen = new Set<string>();
  const entries = addresses.flatMap((own): Entry[] => {
    const { family, address, network, device, by, fault, scope } = own;
    const ways = [{ device }];
    const alone = {
      prefix: prefixOf(address),
      type: "local",
      table: LOCAL,
      metric: 0,
      ways,
      scope: "host" as const,
      by,
    };
    const mine: Entry[] = fault ? [] : [{ ...alone, source: address }];
    if (device.up !== true || (family === "inet" && isAlone(own) && contains(network, address))) return mine;
    // The second address of a network has the first one's route.
    const key = `${device.name} ${family} ${network.length} ${network.bits}`;
    if (seen.has(key)) return mine;
    seen.add(key);
    if (family === "inet6") {
      if (fault && fault.code !== "address-tentative") return mine;
      if (device.name === "lo" && !by) return mine;
      return [...mine, { ...alone, prefix: network, type: "unicast", table: MAIN, metric: METRIC6, scope: "link" }];
    }
    const isLo = device.name === "lo";
    const [type, table] = isLo ? ["local", LOCAL] : ["unicast", MAIN];
    const reach = {
      ...alone,
      prefix: network,
      type,
      table,
      source: address,
      scope: isLo ? ("host" as const) : ("link" as const),
    };
    return [...mine, reach, ...broadcasts(own, reach), ...(scope === "host" ? [] : [])];
  });
  const links = [...host.devices.values()].filter(
    (device) =>
      device.up === true && device.name !== "lo" && !seen.has(`${device.name} inet6 64 ${prefixOf("fe80::/64").bits}`),
  );
  return [
    ...entries,
    ...links.map(
      (device): Entry => ({
        ...{
          prefix: prefixOf("fe80::/64"),
          type: "unicast",
          table: MAIN,
          metric: METRIC6,
          ways: [{ device }],
          scope: "link",
        },
      }),
    ),
  ];
}

function broadcasts({ network, length, device }: Own, like: Entry): Entry[] {
  if (device.name === "lo" || length >= 31 || network.family !== "inet") return [];
  const size = 32n - BigInt(network.length);
  const last: Prefix = { family: "inet", length: 32, bits: (network.bits << size) | ((1n << size) - 1n) };
  return [{ ...like, prefix: last, type: "broadcast", table: LOCAL }];
}

function entryOf(host: Host, fact: Said<RouteFact>, connected: readonly Entry[]): Entry | undefined {
  if (!isClear(fact) || fact.waiting) return undefined;
  const { destination, type, table, metric, source, mtu, scope, by } = fact;
  const family = familyOfRoute(fact);
  const hops = (fact.nexthops as Hop[] | undefined) ?? (fact.gateway || fact.device ? [fact as Hop] : []);
  const ways = hops.map((hop) => wayOf(host, fact, hop, connected));
  // A route by a device that is down is not there.
  if (ways.some((way) => way === undefined)) return undefined;
  const known = ways.flatMap((way) => (way === undefined || "code" in way ? [] : [way]));
  const fault = ways.find((way): way is Drop => way !== undefined && "code" in way);
  return {
    prefix: prefixOf(family === "inet6" && destination === "default" ? DEFAULT6 : (destination as string)),
    type: type as string,
    table: table as number,
    metric: (metric as number | undefined) ?? (family === "inet" ? 0 : METRIC6_STATIC),
    ways: known,
    source: source as string | undefined,
    mtu: isKnown(mtu) ? mtu : undefined,
    scope: (isKnown(scope) ? scope : hops.some(({ gateway }) => gateway) ? "global" : "link") as Entry["scope"],
    by,
    fault,
  };
}

interface Hop {
  gateway?: string;
  device?: string;
}

/** Undefined where its device is down. A drop says why the kernel would not take it. */
function wayOf(
  host: Host,
  fact: Said<RouteFact>,
  { gateway, device: name }: Hop,
  connected: readonly Entry[],
): Way | Drop | undefined {
  const near = gateway === undefined ? undefined : connected.find((one) => isNear(one, gateway, name));
  const device = name === undefined ? near?.ways[0]?.device : host.devices.get(name);
  if (device && device.up === false) return undefined;
  // By one's own address the kernel takes the destination to be on link.
  const isOwn =
    gateway !== undefined &&
    connected.some(
      ({ type, ways, prefix }) => type === "local" && ways[0]?.device === device && contains(prefix, gateway),
    );
  if (device && isOwn) return { device };
  // One that is there was taken, whatever has become of the addresses since.
  const isTaken = device?.live !== undefined || fact.onLink === true;
  const isGood = gateway === undefined || near !== undefined || isTaken || isLinkLocal(gateway);
  if (device && isGood) return { device, gateway };
  const what = `The gateway ${gateway} of the route to ${fact.destination}`;
  const where = name === undefined ? "no network of this host" : `no network of ${name}`;
  return { code: "gateway-off-link", host, device, why: `${what} is on ${where}.`, by: [fact.by] };
}

function isNear({ type, prefix, ways }: Entry, gateway: string, device: string | undefined): boolean {
  return type === "unicast" && contains(prefix, gateway) && (device === undefined || ways[0]?.device.name === device);
}

function familyOfRoute({ destination, gateway, source, nexthops }: RouteFact): Family {
  const texts = [destination, gateway, source, ...((nexthops as Hop[] | undefined) ?? []).map((hop) => hop.gateway)];
  return texts.some((text) => typeof text === "string" && text !== "default" && familyOf(text) === "inet6")
    ? "inet6"
    : "inet";
}
