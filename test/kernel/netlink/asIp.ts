import { isDeepStrictEqual } from "node:util";
import type { Link } from "../../../provider/netlink/link";
import type { Neighbor } from "../../../provider/netlink/neighbor";
import type { Route } from "../../../provider/netlink/route";
import type { Rule } from "../../../provider/netlink/rule";
import type { LabHost } from "../../support/labHost/labHost";
import { until } from "../../support/suites/until";

/** Objects of provider/netlink in the words of `ip -j`, where the provider has no such words for them, so that both can be compared. */

type Row = Record<string, unknown>;

/**
 * What a command prints as JSON, and what we see at the same moment: the kernel goes on after a change (states of links,
 * detection of duplicates), so the command must print the same before and after our look.
 */
export async function withShown<R, T>(host: LabHost, argv: string[], look: () => Promise<T>): Promise<[R[], T]> {
  return until(`the end of what changes in ${argv.join(" ")}`, async () => {
    const before = await host.json<R[]>(argv);
    const seen = await look();
    return isDeepStrictEqual(await host.json<R[]>(argv), before) && ([before, seen] as [R[], T]);
  });
}

const AF_INET = 2;

/** As `ip -N -j -d` prints it. */
export function routeAsIp(route: Route, links: readonly Link[]): Row {
  const nameOf = (index?: number) => links.find((one) => one.index === index)?.ifname;
  const way = (hop: { gateway?: string | undefined; via?: string | undefined; flags: number }) => ({
    gateway: hop.gateway,
    via: hop.via === undefined ? undefined : { family: familyName(hop.via), host: hop.via },
    flags: ROUTE_FLAGS.filter((_, bit) => hop.flags & (1 << bit)),
  });
  const most = route.family === AF_INET ? 32 : 128;
  const prefix = route.dstLen === most ? route.dst : `${route.dst}/${route.dstLen}`;
  return {
    type: String(route.type),
    dst: route.dst === undefined ? "default" : prefix,
    ...way(route),
    dev: nameOf(route.oif),
    table: String(route.table ?? route.table8),
    protocol: String(route.protocol),
    scope: String(route.scope),
    prefsrc: route.prefsrc,
    metric: route.priority,
    metrics: route.metrics && [metricsAsIp(route.metrics)],
    nexthops: route.multipath?.map((hop) => ({
      ...way({ flags: 0, ...hop }),
      dev: nameOf(hop.index),
      weight: (hop.hops ?? 0) + 1,
    })),
  };
}

const ROUTE_FLAGS = ["dead", "pervasive", "onlink", "offload", "linkdown", "unresolved", "trap"];

function metricsAsIp({ mtu, advmss, hoplimit }: NonNullable<Route["metrics"]>): Row {
  return { mtu, advmss, hoplimit };
}

function familyName(address: string): string {
  return address.includes(":") ? "inet6" : "inet";
}

const RULE_ACTIONS: Row = { 6: "6", 7: "7", 8: "8" };

/** As `ip -N -j rule` prints it. */
export function ruleAsIp(rule: Rule): Row {
  const most = rule.family === AF_INET ? 32 : 128;
  const hex = (value?: number) => (value === undefined ? undefined : `0x${value.toString(16)}`);
  const length = (bits: number) => (bits === most || bits === 0 ? undefined : bits);
  return {
    priority: rule.priority ?? 0,
    src: rule.src ?? "all",
    srclen: length(rule.srcLen),
    dst: rule.dst,
    dstlen: length(rule.dstLen),
    iif: rule.iifname,
    oif: rule.oifname,
    fwmark: hex(rule.fwmark || undefined),
    fwmask: rule.fwmark && rule.fwmask !== 0xffffffff ? hex(rule.fwmask) : undefined,
    table: rule.action === 1 ? String(rule.table ?? rule.table8) : undefined,
    action: RULE_ACTIONS[rule.action],
  };
}

/** As `ip -j neigh` and `bridge -j fdb` print it, but for the state of that. */
export function neighborAsIp(neighbor: Neighbor, links: readonly Link[]): Row {
  const flag = (bit: number) => (neighbor.flags & bit ? null : undefined);
  return {
    dst: neighbor.dst,
    dev: links.find((one) => one.index === neighbor.index)?.ifname,
    lladdr: neighbor.lladdr,
    router: flag(0x80),
    proxy: flag(8),
    state: neighbor.flags & 8 ? undefined : NUD_STATES.filter((_, bit) => neighbor.state & (1 << bit)),
  };
}

const NUD_STATES = ["INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "NOARP", "PERMANENT"];

/** What `ip` shows, of what is told as well: in that a key may be undefined where there is none. */
export function ofIp(row: unknown, told: unknown): unknown {
  if (Array.isArray(row) && Array.isArray(told)) return row.map((one, index) => ofIp(one, told[index]));
  if (typeof told !== "object" || told === null || Array.isArray(told)) return row;
  const keys = Object.keys(told);
  return Object.fromEntries(keys.map((key) => [key, ofIp((row as Row | undefined)?.[key], (told as Row)[key])]));
}
