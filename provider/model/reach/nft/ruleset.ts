import { isObject, type Json } from "../../../core/values";

export type Hook = "prerouting" | "input" | "forward" | "output" | "postrouting";

/** Its statements, as `nft -j` has them. */
export interface Rule {
  handle?: number | undefined;
  expr: Json[];
}

/** A chain of nftables. */
export interface Chain {
  family: string;
  table: string;
  name: string;
  type?: string | undefined;
  hook?: string | undefined;
  prio: number;
  policy: string;
  rules: Rule[];
}

/** The ruleset of a host, as `nft -j list ruleset` gives it, made ready to be followed. */
export interface Ruleset {
  chains: readonly Chain[];
  /** The elements of sets with names. */
  sets: ReadonlyMap<string, unknown[]>;
}

export function rulesetOf(json: unknown): Ruleset | undefined {
  const all = isObject(json) && Array.isArray(json.nftables) ? (json.nftables as Json[]) : undefined;
  if (!all) return undefined;
  const chains = new Map<string, Chain>();
  const sets = new Map<string, unknown[]>();
  for (const { chain, set, map } of all as Record<string, Json | undefined>[]) {
    if (chain) {
      const { family, table, name, type, hook, prio = 0, policy = "accept" } = chain as unknown as Chain;
      chains.set(keyOf(family, table, name), { family, table, name, type, hook, prio, policy, rules: [] });
    }
    const named = set ?? map;
    if (named) sets.set(keyOf(named.family, named.table, named.name), (named.elem as unknown[] | undefined) ?? []);
  }
  for (const { rule } of all as Record<string, Json | undefined>[]) {
    if (rule) chains.get(keyOf(rule.family, rule.table, rule.chain))?.rules.push(rule as unknown as Rule);
  }
  return { chains: [...chains.values()], sets };
}

export function keyOf(...parts: unknown[]): string {
  return parts.join(" ");
}

/** What a packet goes through at a hook, in the order of the priorities. */
export function baseChains({ chains }: Ruleset, hook: Hook, family: "inet" | "inet6"): Chain[] {
  const families = ["inet", family === "inet" ? "ip" : "ip6"];
  return chains
    .filter((chain) => chain.hook === hook && families.includes(chain.family))
    .sort((a, b) => a.prio - b.prio);
}

/** Chains that see frames or requests of ARP, which are not followed here. */
export function otherChains({ chains }: Ruleset): Chain[] {
  return chains.filter(({ hook, family }) => hook !== undefined && ["arp", "bridge", "netdev"].includes(family));
}
