import { isObject, type Json } from "../core/values";
import type { Kernel } from "../kernel/kernel";

/** A rule of nftables that may end a packet, or a chain whose policy does. */
export interface Ending {
  family: string;
  table: string;
  chain: string;
  /** Of the base chain that leads to it. */
  hook: string;
  verdict: "drop" | "reject";
  /** Undefined for the policy of a chain. */
  handle?: number;
  /** What its counter has, where it has one. */
  packets?: number;
  /** The protocols that it looks into: it is for no packet of others. */
  protocols: string[];
}

interface Rule {
  family: string;
  table: string;
  chain: string;
  handle: number;
  expr: Json[];
}

interface Chain {
  family: string;
  table: string;
  name: string;
  hook?: string;
  policy?: string;
}

/** What in the ruleset of a namespace can end a packet; none where there is no nftables, or no right to read it. */
export async function endingsIn(kernel: Kernel, namespace: string | undefined): Promise<Ending[]> {
  const text = await kernel.ask(namespace, ["nft", "-j", "list", "ruleset"], "read the ruleset").catch(() => undefined);
  if (!text) return [];
  const { nftables = [] } = JSON.parse(text) as { nftables?: Json[] };
  const chains = nftables.flatMap(({ chain }) => (chain ? [chain as unknown as Chain] : []));
  const rules = nftables.flatMap(({ rule }) => (rule ? [rule as unknown as Rule] : []));
  return chains.flatMap((base) =>
    base.hook === undefined ? [] : endingsOf(base, base.hook, { chains, rules }, new Set()),
  );
}

interface Ruleset {
  chains: readonly Chain[];
  rules: readonly Rule[];
}

/** In a chain, and in those that it leads to. */
function endingsOf(chain: Chain, hook: string, ruleset: Ruleset, seen: Set<Chain>): Ending[] {
  if (seen.has(chain)) return [];
  seen.add(chain);
  const { family, table, name } = chain;
  const own = ruleset.rules.filter((one) => one.family === family && one.table === table && one.chain === name);
  const found = own.flatMap(({ expr, handle }): Ending[] => {
    const verdict = "drop" in merged(expr) ? "drop" : "reject" in merged(expr) ? "reject" : undefined;
    const { counter } = merged(expr);
    const packets = isObject(counter) ? Number(counter.packets) : undefined;
    const here: Ending[] = verdict
      ? [
          {
            family,
            table,
            chain: name,
            hook,
            verdict,
            handle,
            protocols: protocolsOf(expr),
            ...(packets !== undefined && { packets }),
          },
        ]
      : [];
    const next = ruleset.chains.find(
      (one) => one.family === family && one.table === table && one.name === targetOf(expr),
    );
    return [...here, ...(next ? endingsOf(next, hook, ruleset, seen) : [])];
  });
  const byPolicy: Ending[] =
    chain.policy === "drop" ? [{ family, table, chain: name, hook, verdict: "drop", protocols: [] }] : [];
  return [...found, ...byPolicy];
}

/** As in `tcp dport 80`, `ip daddr 10.0.0.1` and `ip protocol icmp`. */
function protocolsOf(expr: readonly Json[]): string[] {
  return expr.flatMap(({ match }) => {
    if (!isObject(match) || match.op !== "==") return [];
    const { left, right } = match;
    const payload = isObject(left) && isObject(left.payload) ? left.payload : {};
    const isOfProtocol =
      payload.field === "protocol" || (isObject(left) && isObject(left.meta) && left.meta.key === "l4proto");
    return [payload.protocol, isOfProtocol ? right : undefined].filter((one) => typeof one === "string");
  });
}

function merged(expr: readonly Json[]): Json {
  return Object.assign({}, ...expr);
}

function targetOf(expr: readonly Json[]): unknown {
  const { jump, goto } = merged(expr);
  const verdict = jump ?? goto;
  return isObject(verdict) ? verdict.target : undefined;
}
