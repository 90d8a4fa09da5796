import { canonicalIp, familyOf } from "../../core/ip";
import { type Graph, isKnown } from "../graph";
import { isLinkLocal, isLoopback } from "../reach/ip";
import { addressOf, reach } from "../reach/reach";
import type { Family, Stop } from "../reach/types";

/** From one host to another, what a change makes of it. */
export interface ReachChange {
  from: string;
  to: string;
  family: Family;
  /** Where it is another one than that by which people would reach the host. */
  address?: string;
  became: "lost" | "gained" | "unknown";
  /** Where it ends now, or before. */
  stop?: Stop;
}

export interface ReachChanges {
  changes: ReachChange[];
  /** How many hosts were asked of, and how many there are: each with each is much in a large lab. */
  asked: number;
  hosts: number;
}

const MOST_HOSTS = 100;

/** Who can reach whom no longer, or newly, of the hosts that are there before and after; the changed ones come first. */
export function reachChanges(before: Graph, after: Graph, changed: ReadonlySet<string>): ReachChanges {
  const names = [...after.hosts.keys()].filter((name) => before.hosts.has(name));
  const first = [...names.filter((name) => changed.has(name)), ...names.filter((name) => !changed.has(name))];
  const asked = first.slice(0, MOST_HOSTS);
  const changes = asked.flatMap((from) =>
    asked.flatMap((to) =>
      from === to ? [] : families.flatMap((family) => compare(before, after, { from, to, family })),
    ),
  );
  return { changes, asked: asked.length, hosts: names.length };
}

const families = ["inet", "inet6"] as const;

type Asked = Pick<ReachChange, "from" | "to" | "family" | "address">;

/** By the address that people would take, and by each other one that the host has before and after. */
function compare(before: Graph, after: Graph, { from, to, family }: Asked): ReachChange[] {
  const usual = [before, after].map((graph) => addressOf(graph, from, to, family));
  const [old, now] = [before, after].map((graph) => addressesOf(graph, to, family));
  const others = [...(old ?? [])].filter((address) => now?.has(address) && !usual.includes(address));
  const asked: Asked[] = [{ from, to, family }, ...others.map((address) => ({ from, to, family, address }))];
  return asked.flatMap((one) => changeOf(before, after, one));
}

function changeOf(before: Graph, after: Graph, { from, to, family, address }: Asked): ReachChange[] {
  const ask = (graph: Graph) =>
    (address ?? addressOf(graph, from, to, family)) === undefined
      ? undefined
      : reach(graph, from, address ?? to, { family });
  const [old, now] = [ask(before), ask(after)];
  const [could, can] = [old?.reaches ?? false, now?.reaches ?? false];
  if (could === can) return [];
  const became = can === "unknown" ? "unknown" : can ? "gained" : could === true ? "lost" : undefined;
  if (!became) return [];
  const stop = became === "gained" ? old?.stop : now?.stop;
  return [{ from, to, family, became, ...(address !== undefined && { address }), ...(stop && { stop }) }];
}

/** Those of a host that others can use. */
function addressesOf({ hosts }: Graph, name: string, family: Family): Set<string> {
  const all = [...(hosts.get(name)?.devices.values() ?? [])].flatMap(({ addresses }) => addresses);
  const known = all.flatMap(({ address }) => (isKnown(address) ? [canonicalIp(address.split("/")[0] ?? "")] : []));
  return new Set(known.filter((one) => one !== undefined && familyOf(one) === family && !isOfOneLink(one)) as string[]);
}

function isOfOneLink(address: string): boolean {
  return isLinkLocal(address) || isLoopback(address);
}
