import { bitsOf, canonicalIp, canonicalPrefix, DEFAULT, DEFAULT6, familyOf } from "../core/ip";
import { AF, RT_SCOPE } from "../netlink/ip";
import type { Request } from "../netlink/message";
import { addRoute, changeRoute, delRoute, listRoutes, type RouteValues, type Route as Row } from "../netlink/route";
import { scopeNumber } from "./address";
import { type NameOf, namesOf } from "./link";
import type { Looking } from "./looking";
import { ip, type Step } from "./step";
import type { Place, Words } from "./words";

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

/** RTN_… of linux/rtnetlink.h. */
export const ROUTE_TYPE_NUMBERS: Record<Route["type"], number> = {
  unicast: 1,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
};
/** RTPROT_REDIRECT, RTPROT_KERNEL and RTPROT_RA; and RTPROT_STATIC. */
const BY_KERNEL = [1, 2, 9];
const STATIC = 4;
/** RTM_F_CLONED of linux/rtnetlink.h: what the kernel remembers of the way of some packet. */
const CLONED = 0x200;
/** RTNH_F_ONLINK. */
const ONLINK = 4;

/** The routes of one family in all tables, or those to just this prefix; none where there is no such namespace. */
export async function showRoutes(
  kernel: Looking,
  netns: string | undefined,
  family: "inet" | "inet6",
  prefix?: string,
): Promise<ShownRoute[]> {
  const words = ["ip", family === "inet6" ? "-6" : "-4", "route", "show", "table", "all"];
  const routes = await kernel.look(netns, words, async (netlink, file) => {
    const [rows, nameOf] = await Promise.all([
      listRoutes(netlink, file, { family: AF[family] }),
      namesOf(kernel, netns),
    ]);
    return rows.filter((row) => !isRemembered(row) && row.tos === 0).map((row) => shown(row, family, nameOf));
  });
  return (routes ?? []).filter(({ destination }) => prefix === undefined || destination === prefix);
}

/** Whether it is what the kernel remembers of some packet. */
export function isRemembered({ flags }: Pick<Row, "flags">): boolean {
  return (flags & CLONED) !== 0;
}

export function isMadeByKernel({ protocol }: Pick<Row, "protocol">): boolean {
  return BY_KERNEL.includes(protocol);
}

function shown(row: Row, family: "inet" | "inet6", nameOf: NameOf): ShownRoute {
  const table = row.table ?? row.table8;
  const text = row.dst === undefined ? (family === "inet6" ? DEFAULT6 : DEFAULT) : `${row.dst}/${row.dstLen}`;
  const key = { destination: canonicalPrefix(text) ?? text, table, metric: row.priority ?? 0 };
  const type = ROUTE_TYPES.find((one) => ROUTE_TYPE_NUMBERS[one] === row.type);
  const isStrange = row.via !== undefined || row.encapType !== undefined || row.nhId !== undefined;
  return {
    ...key,
    ...(type !== undefined && !isStrange && { route: { ...key, type, ...facts(row, type, family, nameOf) } }),
    isByKernel: isMadeByKernel(row),
  };
}

function facts(row: Row, type: Route["type"], family: "inet" | "inet6", nameOf: NameOf): Partial<Route> {
  const mtu = row.metrics?.mtu;
  const scope = SCOPES.find((one) => RT_SCOPE[one] === row.scope);
  const hop = (gateway: string | undefined, index: number | undefined): Hop => ({
    ...(gateway !== undefined && { gateway: canonicalIp(gateway) ?? gateway }),
    ...(index !== undefined && { device: nameOf(index) }),
  });
  const nexthops = row.multipath?.map((one) => ({ ...hop(one.gateway, one.index), weight: (one.hops ?? 0) + 1 }));
  return {
    // IPv6 gives a blackhole to lo.
    ...(type === "unicast" && hop(row.gateway, row.oif)),
    ...(type === "unicast" && family === "inet" && scope && { scope }),
    ...(type === "unicast" && !nexthops && { onLink: (row.flags & ONLINK) !== 0 }),
    ...(row.prefsrc !== undefined && { source: canonicalIp(row.prefsrc) ?? row.prefsrc }),
    ...(mtu !== undefined && { mtu }),
    ...(nexthops && { nexthops }),
  };
}

/** IP6_RT_PRIO_USER of linux/ipv6_route.h; for IPv4 none. */
export function defaultMetric(destination: string): number {
  return familyOf(destination) === "inet6" ? 1024 : 0;
}

type Said = { [K in keyof Omit<Route, "nexthops" | "destination">]?: Route[K] | undefined } & {
  destination: string;
  nexthops?: (Hop & { weight?: number | undefined })[] | undefined;
};

/** Adds, changes or removes a route as a whole: what is not said is as the kernel has it by itself. */
export function routeStep(netns: string | undefined, what: string, verb: "add" | "change" | "del", route: Said): Step {
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

/** A table by its number, which may have no room where it had once. */
export function tableValues(table: number): { table8: number; table?: number } {
  return table < 256 ? { table8: table } : { table8: 0, table };
}

const VERBS: Record<string, typeof addRoute> = { add: addRoute, change: changeRoute, del: delRoute };

/** `ip route` as a request to the kernel. */
export function routeRequest(words: Words, place: Place): Request {
  const verb = words.next();
  const make = VERBS[verb];
  if (!make) throw new Error(`there is no \`ip route ${verb}\` here`);
  const first = words.next();
  const isTyped = Object.hasOwn(ROUTE_TYPE_NUMBERS, first);
  const destination = isTyped ? words.next() : first;
  const family = familyOf(destination);
  const [dst, length] = destination === DEFAULT ? [undefined, 0] : destination.split("/");
  const values: RouteValues = {
    family: AF[family],
    dst,
    dstLen: Number(length ?? bitsOf(family)),
    table8: MAIN_TABLE,
  };
  const { unicast } = ROUTE_TYPE_NUMBERS;
  const type = isTyped ? ROUTE_TYPE_NUMBERS[first as Route["type"]] : verb === "del" ? 0 : unicast;
  const hops: NonNullable<RouteValues["multipath"]> = [];
  /** What is said of a way: of the last of several, or of the only one. */
  const via = () => {
    const way = hops.at(-1) ?? values;
    way.gateway = words.next();
  };
  const dev = () => {
    const [hop, index] = [hops.at(-1), place.index(words.next())];
    if (hop) hop.index = index;
    else values.oif = index;
  };
  const weight = () => {
    const hop = hops.at(-1);
    if (!hop) throw new Error("only one of several ways has a weight");
    hop.hops = Number(words.next()) - 1;
  };
  const to = words.into(values);
  words.each({
    ...{ via, dev, weight, nexthop: () => void hops.push({}) },
    onlink: () => {
      values.flags = ONLINK;
    },
    table: () => void Object.assign(values, tableValues(Number(words.next()))),
    metric: to("priority", Number),
    src: to("prefsrc"),
    scope: to("scope", scopeNumber),
    mtu: to("metrics", (word) => ({ mtu: Number(word) })),
    proto: to("protocol", (word) => (word === "static" ? STATIC : 0)),
  });
  const isDirect = type === unicast && values.gateway === undefined && hops.length === 0;
  const scope = RT_SCOPE[verb === "del" ? "nowhere" : isDirect ? "link" : "global"];
  return make({ scope, ...values, type, ...(hops.length > 0 && { multipath: hops }) });
}
