import { z } from "zod";
import type { Fault } from "../core/check";
import { count, flag, ifName, ipAddress, ipPrefix, mtu } from "../core/fields";
import { joinId, splitId } from "../core/id";
import { DEFAULT, DEFAULT6, familyOf } from "../core/ip";
import { covers, getAt, inOrderOf, type Json, type Path, pathText, Unknown } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import { inScopeByFamily } from "../kernel/netns";
import { nexthopDown } from "../kernel/nexthops";
import { placeIn } from "../kernel/place";
import { defaultMetric, MAIN_TABLE, ROUTE_TYPES, type Route, routeStep, SCOPES, showRoutes } from "../kernel/route";
import { getsCarrier, onIpv4, onIpv6 } from "../kernel/takenAlong";
import { uncoveredRoutes } from "../kernel/uncoveredRoutes";
import {
  type DeepPartial,
  defineKind,
  type Held,
  inNamespace,
  type Named,
  namedIfGiven,
  type Seen,
  type WhileDown,
  waiting,
} from "./kind";

const NEXT =
  "The address of the next router, of the destination's family. It must be on a network of a device that is up";
const gateway = ipAddress()
  .optional()
  .meta({ description: `${NEXT}, or have \`device\` and \`onLink\`.` });
const device = ifName()
  .optional()
  .meta({
    description:
      "The device that packets leave by. Absent: the one that leads to `gateway`. The route goes when its device " +
      "goes.",
    replaces: true,
  });
const weight = count(1, 256).meta({
  description: "Its share of the traffic beside the others', 1 to 256. Absent: 1.",
  kernelDefault: 1,
});

const metric = count(0).meta({
  description:
    "Of several routes to one destination, the one with the lowest metric is used. Absent: the kernel's 0 for " +
    "IPv4 and 1024 " +
    "for IPv6.",
  replaces: true,
  kernelDefault: 0,
});

const table = count(1).meta({
  description: "The number of the routing table, see ip-rule(8). Absent: 254, the table `main`.",
  replaces: true,
  kernelDefault: MAIN_TABLE,
});

const type = z
  .enum(ROUTE_TYPES, {
    error: "must be unicast, blackhole, unreachable, prohibit or throw",
  })
  .meta({
    description:
      "What is done with a packet: `unicast` sends it on, `blackhole` drops it silently, `unreachable` and " +
      "`prohibit` drop it and say so (ICMP), `throw` goes on to the next table. Absent: `unicast`.",
    kernelDefault: "unicast",
  });

const nexthop = z
  .strictObject({
    gateway: gateway.meta({ description: `${NEXT}.` }),
    device,
    weight: weight.optional(),
  })
  .meta({
    id: "RouteNexthop",
    description: "One of several ways that a route takes at once (equal-cost multipath).",
  });
const seenNexthop = nexthop.extend({ weight }).meta({
  id: "RouteNexthopState",
  description: "One of several ways that a route takes at once, as the kernel shows it.",
});

const inputs = z.strictObject({
  namespace: inNamespace("The namespace whose route it is"),
  destination: ipPrefix().meta({
    description:
      "What it leads to: a prefix such as `10.0.0.0/8` or `2001:db8::/32`, a host's address, `default` for all of IPv4, " +
      "or `::/0` for all of IPv6. With a gateway or source of IPv6 `default` is `::/0`, as with `ip`.",
    replaces: true,
  }),
  gateway,
  device,
  source: ipAddress().optional().meta({
    description: "The address of this host that packets get as their source, if nothing else has chosen one.",
  }),
  metric: metric.optional(),
  table: table.optional(),
  scope: z
    .enum(SCOPES, { error: "must be global, site, link or host" })
    .optional()
    .meta({
      description:
        "How far the destination is (IPv4 only), see ip-route(8): `global`, `site`, `link` or `host`. " +
        "Absent: `global` with a gateway, else `link`.",
    }),
  type: type.optional(),
  mtu: mtu(65520, "a route").optional().meta({
    description: "The largest packet on this path in bytes, 68 to 65520. Absent: that of the device.",
  }),
  onLink: flag()
    .optional()
    .meta({
      description:
        "Treat the gateway as directly reachable on the device, although it is on none of the device's " +
        "networks. Default: false.",
      kernelDefault: false,
    }),
  nexthops: z.array(nexthop).optional().meta({
    description: "Two or more paths that share the traffic, instead of `gateway` and `device`, in any order.",
    unordered: true,
  }),
});

const outputs = inputs.extend({
  device: ifName().optional().meta({ description: "The device that packets leave by." }),
  metric,
  table,
  type,
  nexthops: z.array(seenNexthop).optional().meta({ description: "The ways that share the traffic.", unordered: true }),
  family: z.enum(["inet", "inet6"]).meta({
    description: "`inet` for IPv4, `inet6` for IPv6.",
    derivedFrom: ["destination"],
  }),
  waiting: waiting(),
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;
/** The kernel's key; and what was asked for, to choose and to order what is found. */
type Where = Pick<Route, "destination" | "table" | "metric"> & Pick<Inputs, "namespace" | "device" | "nexthops">;

export const route = defineKind({
  type: "Route",
  description:
    "A route of a network namespace, see ip-route(8): where packets to a destination go. Its protocol is " +
    "`static`, which routing daemons leave alone. The kernel drops a route together with its device, and an " +
    "IPv4 route also with the device's last IPv4 address; the next `up` restores it.\n\n" +
    "A route needs no `dependsOn`: it waits for the address that its gateway is on the network of, if the same `up` " +
    "makes that. While a device on its way is down by the program, it is `waiting`, see docs/order.md.",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const net1 = new netns.Namespace("net1");
const link = new netns.VethPair("link", {
  a: { name: "veth0", namespace: net0.name },
  b: { name: "veth1", namespace: net1.name },
});
new netns.Address("left", { namespace: net0.name, device: link.a.name, address: "10.0.1.1/24" });
const way = new netns.Route("way", { namespace: net0.name, destination: "default", gateway: "10.0.1.2" });
export const metric = way.metric;`,
  inputs,
  outputs,
  canonical,
  crossCheck,
  on: leavesBy,
  idForm:
    "NAMESPACE/DESTINATION (DESTINATION without a namespace), with `,table=TABLE` and `,metric=METRIC` behind it where " +
    "they are not the default: net0/default, net0/10.0.0.0/8,table=100,metric=50",
  id: (want) => idOf(whereOf(want)),
  parseId(id) {
    const [, path = "", table, metric] = /^(.*?)(?:,table=(\d+))?(?:,metric=(\d+))?$/s.exec(id) ?? [];
    const split = splitId(path, path.split("/").at(-1) === DEFAULT ? 1 : 2);
    const { data } = inputs.safeParse({
      ...(split?.netns !== undefined && { namespace: split.netns }),
      destination: split?.parts.join("/"),
      ...(table !== undefined && { table: Number(table) }),
      ...(metric !== undefined && { metric: Number(metric) }),
    });
    return data && whereOf(data);
  },
  where: whereOf,
  observe,
  plan({ namespace, ...want }, have) {
    if (!have) return [routeStep(namespace, "add the route", "add", want)];
    return covers(have, want) ? [] : [routeStep(namespace, "change the route", "change", want)];
  },
  remove: ({ namespace, destination, table, metric, type, gateway, device }) => [
    routeStep(namespace, "remove the route", "del", { destination, table, metric, type, gateway, device }),
  ],

  preview: certain,
  adopt: ({ family: _, waiting: __, metric, table, type, scope, onLink, nexthops, ...rest }) => ({
    ...rest,
    ...(metric === defaultMetric(rest.destination) ? {} : { metric }),
    ...(table === MAIN_TABLE ? {} : { table }),
    ...(type === "unicast" ? {} : { type }),
    ...(scope === undefined || scope === (rest.gateway || nexthops ? "global" : "link") ? {} : { scope }),
    ...(onLink ? { onLink } : {}),
    ...(nexthops && {
      nexthops: nexthops.map(({ weight, ...hop }) => ({ ...hop, ...(weight === 1 ? {} : { weight }) })),
    }),
  }),
  whileDown,
  hangsOn: ({ namespace, family, source, waiting: waits, ...state }) => [
    ...(waits ? waitsFor({ namespace, family, source, ...state }) : []),
    ...(source === undefined ? [] : [{ sort: "address", namespace, name: source, path: ["source"] } as const]),
    // One of IPv6 that leads nowhere is lo's in the kernel.
    ...(family === "inet6" && state.type !== "unicast" ? onIpv6({ namespace, device: "lo" }, ["type"]) : []),
    ...leavesBy(state).flatMap(({ name, path }, _, ways) => {
      const on = family === "inet" ? onIpv4 : onIpv6;
      return on({ namespace, device: name }, path).map((held) => ({
        ...held,
        // One of several ways that goes leaves the others.
        beside: ways.map((way) => ({ ...held, ...(held.name !== undefined && { name: way.name }) })),
      }));
    }),
  ],
  facts: ({ type = "unicast", table = MAIN_TABLE, onLink = false, waiting, family: _, ...route }) => [
    { says: "route", ...route, type, table, onLink, waiting: waiting === true },
  ],
  called: ({ destination, table, metric }) => {
    const [host = ""] = destination.split("/");
    const to = destination === DEFAULT6 ? "default-v6" : host;
    const way = [...(table === MAIN_TABLE ? [] : [table]), ...(metric === defaultMetric(destination) ? [] : [metric])];
    return [[to, ...way].join("-"), [destination, `table-${table}`, `metric-${metric}`].join("-")];
  },
  bearsMark: false,
  placeOf: (kernel, { namespace }) => placeIn(kernel, namespace),
  identity: [],
  list: (kernel, query) =>
    inScopeByFamily(kernel, query, async (namespace, family) =>
      (await showRoutes(kernel, namespace, family))
        .filter(({ route, isByKernel }) => route && !isByKernel)
        .map((one) => idOf({ namespace, ...one })),
    ),
  uncovered: uncoveredRoutes,
});

function whereOf({ namespace, destination, table, metric, device, nexthops }: Inputs): Where {
  const key = { destination, table: table ?? MAIN_TABLE, metric: metric ?? defaultMetric(destination) };
  return { namespace, ...key, device, nexthops };
}

function idOf({ namespace, destination, table, metric }: Where): string {
  const inTable = table === MAIN_TABLE ? "" : `,table=${table}`;
  const withMetric = metric === defaultMetric(destination) ? "" : `,metric=${metric}`;
  return joinId(namespace, destination) + inTable + withMetric;
}

async function observe(kernel: Kernel, where: Where): Promise<Seen<State> | undefined> {
  const { namespace, destination, table, metric } = where;
  const family = familyOf(destination);
  const [all, place] = await Promise.all([
    showRoutes(kernel, namespace, family, destination),
    placeIn(kernel, namespace),
  ]);
  const found = all.filter((one) => covers(one, { destination, table, metric }));
  // IPv6 has several where someone has appended them.
  const one = found.find(({ route }) => route?.device === where.device) ?? found[0];
  if (!one) return undefined;
  const id = idOf(where);
  if (!one.route) {
    // In a place of ours it is what is to be cleared away.
    const leftover = [routeStep(namespace, "remove the route", "del", { destination, table, metric })];
    const what = `a route ${id} of a sort that this kind cannot describe`;
    return { what, leftover, madeUnder: () => true, ...(place && { place }) };
  }
  const { nexthops, ...rest } = inWaysOf(where, one.route);
  return {
    state: {
      ...(namespace !== undefined && { namespace }),
      ...rest,
      ...(nexthops && { nexthops: inOrderOf(nexthops, where.nexthops ?? []).filter((hop) => hop !== undefined) }),
      family,
    },
    what: `the route ${id}`,
    ...(one.isByKernel && { ofKernel: OF_KERNEL }),
    ...(place && { place }),
  };
}

const OF_KERNEL =
  "The kernel makes that route by itself, for an address of the device or because a router says so, and removes " +
  "it together with that: leave it out of the program, or give your own route another `metric`.";

/** Of several ways of which one is left the kernel tells as of one; but a list stays a list. */
function inWaysOf(where: Where, route: Route): Route {
  const { gateway, device, onLink: _, ...rest } = route;
  if (!where.nexthops || route.nexthops || device === undefined) return route;
  return { ...rest, nexthops: [{ ...(gateway !== undefined && { gateway }), device, weight: 1 }] };
}

/** The devices that packets leave by. */
function leavesBy(want: DeepPartial<Inputs>): Named[] {
  const hops = (want.nexthops ?? []).flatMap((hop = {}, index): Named[] =>
    "device" in hop ? [{ name: hop.device, at: want, path: ["nexthops", index, "device"] }] : [],
  );
  return [...namedIfGiven(want, "device"), ...hops];
}

/** What sets up a device on its way ends its wait, and of IPv6 also what gives that of its source a carrier. */
function waitsFor({ namespace, family, source, ...state }: State): Held[] {
  const ways = leavesBy(state).map(({ name, path }) => ({ sort: "up" as const, namespace, name, path }));
  const isOfSource = source !== undefined && family === "inet6";
  const path = isOfSource ? ["source"] : (ways[0]?.path ?? ["destination"]);
  // With a device the kernel sets its VLANs up.
  return [...ways, { ...getsCarrier({ namespace }), path, isVague: !isOfSource }];
}

/** What the kernel shows of it whatever the way. */
function certain({ destination, metric = defaultMetric(destination), table = MAIN_TABLE, type = "unicast" }: Inputs) {
  return { metric, table, type, family: familyOf(destination) };
}

/** A route cannot lead to a device that is down, nor have a source that cannot be used yet. */
async function whileDown(kernel: Kernel, want: Inputs): Promise<WhileDown<State> | undefined> {
  const { nexthops, ...rest } = want;
  const hops = nexthops ?? (WAYS.some((key) => key in want) ? [want] : []);
  const way = await nexthopDown(kernel, want.namespace, { hops, source: want.source });
  if (!way) return undefined;
  const by = (index: number) => (way.devices[index] === undefined ? {} : { device: way.devices[index] });
  const ways = nexthops?.map((hop, index) => ({ ...hop, weight: hop.weight ?? 1, ...by(index) }));
  const { reason, isSoon } = way;
  return { reason, isSoon, state: { ...rest, ...certain(want), ...(ways ? { nexthops: ways } : by(0)) } };
}

/** `default` is that of the family of what it goes by. */
function canonical(want: Json, old: Json): Json {
  if (want.destination !== DEFAULT) return want;
  const hops = Array.isArray(want.nexthops) ? want.nexthops.map((hop) => getAt(hop, ["gateway"])) : [want.nexthops];
  const addresses = [want.gateway, want.source, ...hops];
  const are = (family: string) => addresses.some((one) => typeof one === "string" && familyOf(one) === family);
  const isOpen = addresses.some((one) => one instanceof Unknown) && !are("inet");
  const isInet6 = are("inet6") || (isOpen && old.destination === DEFAULT6);
  return isInet6 ? { ...want, destination: DEFAULT6 } : want;
}

const WAYS = ["gateway", "device", "nexthops"] as const;

function crossCheck(want: DeepPartial<Inputs>): Fault[] {
  const { destination, type, gateway, source, onLink, nexthops = [] } = want;
  const faults: Fault[] = [];
  const refuse = (path: Path, reason: string) => faults.push({ path, reason });
  const refuseAll = (keys: readonly (keyof Inputs)[], reason: string) =>
    keys.filter((key) => want[key] !== undefined).forEach((key) => void refuse([key], reason));
  const isUnicast = !("type" in want) || type === "unicast";
  if (type !== undefined && !isUnicast) {
    refuseAll([...WAYS, "source", "scope", "mtu", "onLink"], "is only for the type `unicast`");
  }
  if (isUnicast && !WAYS.some((key) => key in want)) refuse(["gateway"], "is required without `device` or `nexthops`");
  if (isUnicast && onLink && !("device" in want && "gateway" in want))
    refuse(["onLink"], "needs `gateway` and `device`");
  if (isUnicast && want.nexthops) {
    refuseAll(["gateway", "device", "onLink"], "cannot be given with `nexthops`, which have their own");
    if (nexthops.length < 2) refuse(["nexthops"], "must be at least two: for one, use `gateway` and `device`");
  }
  if (gateway?.startsWith("fe80:") && !("device" in want)) refuse(["gateway"], "is link-local, and so needs `device`");

  const family = destination === undefined ? undefined : familyOf(destination);
  const foreign = (path: Path, address: string | undefined) => {
    if (family === undefined || address === undefined || familyOf(address) === family) return;
    refuse(path, "is not of the family of `destination`");
  };
  foreign(["gateway"], gateway);
  foreign(["source"], source);
  nexthops.forEach((hop, index) => {
    const path = ["nexthops", index, "gateway"];
    foreign(path, hop?.gateway);
    if (!hop || "gateway" in hop) return;
    if (family === "inet6") refuse(path, "is required with IPv6");
    else if (!("device" in hop)) refuse(path, "is required without `device`");
  });
  if (family === "inet6") refuseAll(["scope"], "is only for IPv4");
  if (family === "inet6" && want.metric === 0) refuse(["metric"], "must be above 0 with IPv6");
  return faults.filter(
    (fault, index) => faults.findIndex((one) => pathText(one.path) === pathText(fault.path)) === index,
  );
}
