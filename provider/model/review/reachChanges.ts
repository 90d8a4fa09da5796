import type { Graph } from "../graph";
import { addressOf, reach } from "../reach/reach";
import type { Family, Stop } from "../reach/types";

/** From one host to another, what a change makes of it. */
export interface ReachChange {
  from: string;
  to: string;
  family: Family;
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

function compare(
  before: Graph,
  after: Graph,
  { from, to, family }: Pick<ReachChange, "from" | "to" | "family">,
): ReachChange[] {
  const ask = (graph: Graph) =>
    addressOf(graph, from, to, family) === undefined ? undefined : reach(graph, from, to, { family });
  const [old, now] = [ask(before), ask(after)];
  const [could, can] = [old?.reaches ?? false, now?.reaches ?? false];
  if (could === can) return [];
  const became = can === "unknown" ? "unknown" : can ? "gained" : could === true ? "lost" : undefined;
  if (!became) return [];
  const stop = became === "gained" ? old?.stop : now?.stop;
  return [{ from, to, family, became, ...(stop && { stop }) }];
}
