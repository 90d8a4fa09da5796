import { isObject, type Json } from "../../../core/values";
import { isAnyOf, matches, type Seen, seenValue } from "./match";
import { type Chain, keyOf, type Ruleset } from "./ruleset";

/** What a chain does with a packet; `rule` is the number of the rule in it, from 1; absent: its policy. */
export interface Verdict {
  does: "accept" | "drop" | "reject" | "nat" | "unknown";
  chain: Chain;
  rule?: number;
  /** Of NAT: the statement. */
  nat?: { what: string; to: Json };
  /** What `meta mark set` has left. */
  mark: number;
}

/** Statements that let a packet go on as it is. */
const QUIET = ["counter", "log", "comment", "limit", "last", "quota"];
const NAT = ["snat", "dnat", "masquerade", "redirect"];
const DEEPEST = 16;
/** What nft has no JSON for is text; this notes the packet in a set. */
const NOTES = /^(?:add|update|delete) @/;

type End = Omit<Verdict, "chain" | "mark"> & { mark: number; at: Chain };
type Step = End | "return" | undefined;

/** Of a chain with a hook: what comes of a packet there. */
export function followChain(ruleset: Ruleset, chain: Chain, seen: Seen): Verdict {
  const ctx = { ruleset, mark: seen.packet.mark };
  const end = follow(ctx, chain, seen, 0, 0);
  if (end && end !== "return") return { ...end, chain: end.at };
  return { ...byPolicy(ctx, chain), chain };
}

function byPolicy({ mark }: Context, chain: Chain): End {
  return { does: chain.policy === "drop" ? "drop" : "accept", at: chain, mark };
}

interface Context {
  ruleset: Ruleset;
  mark: number;
}

function follow(ctx: Context, chain: Chain, seen: Seen, from: number, depth: number): Step {
  if (depth > DEEPEST) return { does: "unknown", at: chain, mark: ctx.mark };
  for (let index = from; index < chain.rules.length; index++) {
    const rule = chain.rules[index]?.expr ?? [];
    const { applies, rest } = appliesTo(ctx, rule, seen, chain);
    if (applies === false) continue;
    const before = ctx.mark;
    const end = run(ctx, chain, rest, index, seen, depth);
    if (applies === undefined) {
      if (end === undefined && ctx.mark === before) continue;
      ctx.mark = before;
      const otherwise = follow(ctx, chain, seen, index + 1, depth) ?? (depth === 0 ? byPolicy(ctx, chain) : undefined);
      const same = end !== "return" && otherwise !== "return" && end?.does === otherwise?.does && end?.does !== "nat";
      return same && end ? otherwise : { does: "unknown", at: chain, rule: index + 1, mark: ctx.mark };
    }
    if (end !== undefined) return end;
  }
  return undefined;
}

/** Whether all that a rule asks of a packet is so, and the statements behind that. */
function appliesTo(
  ctx: Context,
  rule: readonly Json[],
  seen: Seen,
  chain: Chain,
): { applies: boolean | undefined; rest: Json[] } {
  const asks = rule.flatMap(({ match }) => (isObject(match) ? [match] : []));
  const answers = asks.map((one) =>
    matches(one, { ...seen, packet: { ...seen.packet, mark: ctx.mark } }, ctx.ruleset, chain),
  );
  const rest = rule.filter((one) => !isObject(one) || !("match" in one));
  return { applies: answers.includes(false) ? false : answers.includes(undefined) ? undefined : true, rest };
}

function run(ctx: Context, chain: Chain, statements: readonly Json[], index: number, seen: Seen, depth: number): Step {
  const end = (does: Verdict["does"], more: Partial<End> = {}): End => ({
    does,
    at: chain,
    rule: index + 1,
    mark: ctx.mark,
    ...more,
  });
  for (const statement of statements) {
    if (typeof statement === "string") {
      if (NOTES.test(statement)) continue;
      return end("unknown");
    }
    const [[word = "", value] = []] = Object.entries(statement);
    // Of one packet alone: it is below each limit, and over none.
    if (isObject(value) && word === "limit" && value.inv === true) return undefined;
    if (QUIET.includes(word)) continue;
    if (word === "mangle") {
      const { key, value: mark } = value as Json;
      if (JSON.stringify(key) !== '{"meta":{"key":"mark"}}' || typeof mark !== "number") return end("unknown");
      ctx.mark = mark;
      continue;
    }
    if (word === "reject" && !isRejected(value, seen)) return undefined;
    if (NAT.includes(word)) {
      const { family } = (value ?? {}) as Json;
      if (family && (family === "ip") !== (seen.packet.family === "inet")) return undefined;
      return end("nat", { nat: { what: word, to: (value ?? {}) as Json } });
    }
    const verdict = word === "vmap" ? fromMap(ctx, chain, value as Json, seen) : statement;
    if (verdict === "none") continue;
    if (!verdict) return end("unknown");
    const step = decide(ctx, chain, verdict, seen, depth, end);
    if (step !== undefined) return step;
  }
  return undefined;
}

function decide(
  ctx: Context,
  chain: Chain,
  verdict: Json,
  seen: Seen,
  depth: number,
  end: (does: Verdict["does"]) => End,
): Step {
  const [[word = "", value] = []] = Object.entries(verdict);
  if (word === "accept" || word === "drop" || word === "reject") return end(word);
  if (word === "continue") return undefined;
  if (word === "return") return "return";
  if (word !== "jump" && word !== "goto") return end("unknown");
  const name = (value as Json).target;
  const target = ctx.ruleset.chains.find(
    (one) => keyOf(one.family, one.table, one.name) === keyOf(chain.family, chain.table, name),
  );
  if (!target) return end("unknown");
  const step = follow(ctx, target, seen, 0, depth + 1);
  if (step !== undefined && step !== "return") return step;
  // What was gone to does not come back.
  return word === "goto" ? "return" : undefined;
}

/** Of a verdict map; "none": nothing in it is for the packet. */
function fromMap(ctx: Context, chain: Chain, { key, data }: Json, seen: Seen): Json | "none" | undefined {
  const value = seenValue(key, seen);
  if (value === "none") return "none";
  const named =
    typeof data === "string" ? ctx.ruleset.sets.get(keyOf(chain.family, chain.table, data.slice(1))) : undefined;
  const pairs = named ?? (isObject(data) && Array.isArray(data.set) ? data.set : undefined);
  if (value === undefined || !pairs) return undefined;
  for (const pair of pairs as [unknown, Json][]) {
    const is = isAnyOf(value, [pair[0]]);
    if (is === undefined) return undefined;
    if (is) return pair[1];
  }
  return "none";
}

/** One of a protocol is for that alone. */
function isRejected(value: unknown, { packet }: Seen): boolean {
  const { type } = (value ?? {}) as Json;
  if (type === "icmp") return packet.family === "inet";
  if (type === "icmpv6") return packet.family === "inet6";
  return type === "tcp reset" ? packet.protocol === "tcp" : true;
}
