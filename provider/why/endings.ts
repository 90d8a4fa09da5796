import { isObject, type Json } from "../core/values";
import { type Chain, type Rule, type Ruleset, rulesetOf } from "../model/reach/nft/ruleset";

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

/** What in a ruleset, as `nft -j` has it, can end a packet. */
export function endingsOf(json: unknown): Ending[] {
  const ruleset = rulesetOf(json);
  if (!ruleset) return [];
  return ruleset.chains.flatMap((base) =>
    base.hook === undefined ? [] : endingsIn(base, base.hook, ruleset, new Set()),
  );
}

/** In a chain, and in those that it leads to. */
function endingsIn(chain: Chain, hook: string, ruleset: Ruleset, seen: Set<Chain>): Ending[] {
  if (seen.has(chain)) return [];
  seen.add(chain);
  const { family, table, name } = chain;
  const place = { family, table, chain: name, hook };
  const found = chain.rules.flatMap((rule): Ending[] => {
    const target = targetOf(rule.expr);
    const next = ruleset.chains.find((one) => one.family === family && one.table === table && one.name === target);
    return [...endingBy(rule, place), ...(next ? endingsIn(next, hook, ruleset, seen) : [])];
  });
  return chain.policy === "drop" ? [...found, { ...place, verdict: "drop", protocols: [] }] : found;
}

function endingBy({ expr, handle }: Rule, place: Pick<Ending, "family" | "table" | "chain" | "hook">): Ending[] {
  const { counter, ...all } = merged(expr);
  const verdict = "drop" in all ? "drop" : "reject" in all ? "reject" : undefined;
  if (!verdict) return [];
  const packets = isObject(counter) ? { packets: Number(counter.packets) } : {};
  return [{ ...place, verdict, ...(handle !== undefined && { handle }), ...packets, protocols: protocolsOf(expr) }];
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
