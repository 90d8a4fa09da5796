import { canonicalIp, canonicalPrefix, DEFAULT, DEFAULT6, familyOf } from "../core/ip";
import type { Kernel } from "./kernel";
import { ip, type Step } from "./step";

/** The table that `ip route` takes when none is named (/etc/iproute2/rt_tables). */
export const MAIN_TABLE = 254;

export const ROUTE_TYPES = ["unicast", "blackhole", "unreachable", "prohibit", "throw"] as const;
export const SCOPES = ["global", "site", "link", "host"] as const;

/** One way to go. */
interface Hop {
  gateway?: string | undefined;
  device?: string | undefined;
}

/** A route in canonical form, with all that the kernel tells of it. */
export interface Route extends Hop {
  destination: string;
  type: (typeof ROUTE_TYPES)[number];
  table: number;
  metric: number;
  scope?: (typeof SCOPES)[number];
  source?: string;
  mtu?: number;
  onLink?: boolean;
  nexthops?: (Hop & { weight: number })[];
}

/** A route's key, whoever made it; and what it is, where `Route` has words for that. */
export interface ShownRoute extends Pick<Route, "destination" | "table" | "metric"> {
  route?: Route;
  /** The kernel has made it: for an address, or told by a router. */
  isByKernel: boolean;
}

/** What `ip -N -j -d route show` prints: numbers for what has names in files of the host. */
interface Row extends RowHop {
  type: string;
  dst: string;
  table: string;
  protocol: string;
  scope: string;
  prefsrc?: string;
  metric?: number;
  metrics?: { mtu?: number }[];
  nexthops?: RowHop[];
  tos?: string;
  encap?: string;
  /** A gateway of another family than the destination's. */
  via?: object;
  /** The number of a nexthop object, see ip-nexthop(8). */
  nhid?: number;
}

interface RowHop {
  gateway?: string;
  dev?: string;
  weight?: number;
  flags: string[];
}

/** The numbers of linux/rtnetlink.h: RTN_UNICAST and so on, RT_SCOPE_UNIVERSE and so on. */
const TYPE_OF: Record<string, Route["type"]> = {
  1: "unicast",
  6: "blackhole",
  7: "unreachable",
  8: "prohibit",
  9: "throw",
};
const SCOPE_OF: Record<string, Route["scope"]> = { 0: "global", 200: "site", 253: "link", 254: "host" };
/** RTPROT_REDIRECT, RTPROT_KERNEL and RTPROT_RA. */
const BY_KERNEL = ["1", "2", "9"];

/** The routes of one family in all tables, or those to just this prefix; none where there is no such namespace. */
export async function showRoutes(
  kernel: Kernel,
  netns: string | undefined,
  family: "inet" | "inet6",
  prefix?: string,
): Promise<ShownRoute[]> {
  const only = prefix === undefined ? [] : ["exact", prefix];
  const words = ["-N", "-d", family === "inet6" ? "-6" : "-4", "route", "show", ...only, "table", "all"];
  const rows = (await kernel.show<Row>(netns, words)) ?? [];
  return rows.filter(({ tos }) => tos === undefined).map((row) => shown(row, family));
}

function shown(row: Row, family: "inet" | "inet6"): ShownRoute {
  const { dst, metric = 0 } = row;
  const destination = canonicalPrefix(dst === DEFAULT && family === "inet6" ? DEFAULT6 : dst) ?? dst;
  const key = { destination, table: Number(row.table), metric };
  const type = TYPE_OF[row.type];
  const isStrange = row.via !== undefined || row.encap !== undefined || row.nhid !== undefined;
  return {
    ...key,
    ...(type !== undefined && !isStrange && { route: { ...key, type, ...facts(row, type, family) } }),
    isByKernel: BY_KERNEL.includes(row.protocol),
  };
}

function facts(row: Row, type: Route["type"], family: "inet" | "inet6"): Partial<Route> {
  const mtu = row.metrics?.find((one) => one.mtu !== undefined)?.mtu;
  const scope = SCOPE_OF[row.scope];
  const nexthops = row.nexthops?.map((one) => ({ ...hopOf(one), weight: one.weight ?? 1 }));
  return {
    // IPv6 gives a blackhole to lo.
    ...(type === "unicast" && hopOf(row)),
    ...(type === "unicast" && family === "inet" && scope && { scope }),
    ...(type === "unicast" && !nexthops && { onLink: row.flags.includes("onlink") }),
    ...(row.prefsrc !== undefined && { source: canonicalIp(row.prefsrc) ?? row.prefsrc }),
    ...(mtu !== undefined && { mtu }),
    ...(nexthops && { nexthops }),
  };
}

function hopOf({ gateway, dev }: RowHop): Hop {
  return {
    ...(gateway !== undefined && { gateway: canonicalIp(gateway) ?? gateway }),
    ...(dev !== undefined && { device: dev }),
  };
}

/** IP6_RT_PRIO_USER of linux/ipv6_route.h; for IPv4 none. */
export function defaultMetric(destination: string): number {
  return familyOf(destination) === "inet6" ? 1024 : 0;
}

type Words = { [K in keyof Omit<Route, "nexthops" | "destination">]?: Route[K] | undefined } & {
  destination: string;
  nexthops?: (Hop & { weight?: number | undefined })[] | undefined;
};

/** Adds, changes or removes a route as a whole: what is not said is as the kernel has it by itself. */
export function routeStep(netns: string | undefined, what: string, verb: "add" | "change" | "del", route: Words): Step {
  const {
    destination,
    type = "unicast",
    table = MAIN_TABLE,
    metric = defaultMetric(destination),
    nexthops = [],
  } = route;
  const words = [
    ...(type === "unicast" ? [] : [type]),
    destination,
    ...hopWords(route),
    ...(route.onLink ? ["onlink"] : []),
    ...(table === MAIN_TABLE ? [] : ["table", String(table)]),
    ...(metric === 0 ? [] : ["metric", String(metric)]),
    ...(route.source === undefined ? [] : ["src", route.source]),
    ...(route.scope === undefined ? [] : ["scope", route.scope]),
    ...(route.mtu === undefined ? [] : ["mtu", String(route.mtu)]),
    // Those of the protocol `boot`, which `ip` gives by itself, are purged by routing daemons when they start.
    ...(verb === "del" ? [] : ["proto", "static"]),
    ...nexthops.flatMap((one) => ["nexthop", ...hopWords(one), "weight", String(one.weight ?? 1)]),
  ];
  return ip(netns, what, ["route", verb, ...words], ["destination"]);
}

function hopWords({ gateway, device }: Hop): string[] {
  return [...(gateway === undefined ? [] : ["via", gateway]), ...(device === undefined ? [] : ["dev", device])];
}
