import type { RuleFact } from "../../resources/facts";
import { type Host, isKnown, type Said } from "../graph";
import type { Resource } from "../resources";
import { contains, prefixOf } from "./ip";
import type { Entry } from "./routes";
import { LOCAL, MAIN } from "./routes";
import type { Drop, Family } from "./types";

/** What a lookup asks for: a packet, or what would be one. */
export interface Asked {
  family: Family;
  destination: string;
  /** Undefined: it has none yet. */
  source?: string | undefined;
  /** The device that it has come in by; `lo` of what the host sends itself. */
  iif: string;
  /** The device that it is bound to go out by. */
  oif?: string | undefined;
  mark?: number | undefined;
}

/** Routes of one destination that are all as good: the first has come first, which is not always known. */
export interface Found {
  entries: Entry[];
  rule?: Said<RuleFact> | undefined;
}

interface Rule {
  priority: number;
  table: number | undefined;
  fact?: Said<RuleFact>;
}

/** In IPv4 the kernel keeps `local` and `main` as one table as long as nobody has made a rule. */
export const MERGED = -1;
const UNRULED: readonly Rule[] = [
  { priority: 0, table: MERGED },
  { priority: 32_767, table: 253 },
];
const BUILT_IN: readonly Rule[] = [
  { priority: 0, table: LOCAL },
  { priority: 32_766, table: MAIN },
  { priority: 32_767, table: 253 },
];

/** The rules of a host in their order. */
export function rulesOf(host: Host, family: Family): Rule[] {
  const given = host.rules.filter((one) => !isKnown(one.family) || one.family === family);
  if (given.length === 0 && family === "inet") return [...UNRULED];
  const rules = given.map(
    (fact): Rule => ({
      priority: isKnown(fact.priority) ? fact.priority : 1,
      table: fact.action === "lookup" ? (isKnown(fact.table) ? fact.table : MAIN) : undefined,
      fact,
    }),
  );
  return [...BUILT_IN, ...rules].sort((a, b) => a.priority - b.priority);
}

export interface Tables {
  host: Host;
  rules: Record<Family, Rule[]>;
  byTable: ReadonlyMap<number, Entry[]>;
}

/** As the kernel does: rule by rule, each with its table, until one has a route. */
export function lookUp({ host, rules, byTable }: Tables, asked: Asked): Found | Drop {
  let empty: Rule | undefined;
  for (const rule of rules[asked.family]) {
    const matches = isFor(rule.fact, asked);
    if (matches === undefined) {
      const why = `It is not known whether the rule of priority ${rule.priority} is for the packet.`;
      return { code: "unknown", host, why, by: [rule.fact?.by], isOpen: true };
    }
    if (!matches) continue;
    if (rule.table === undefined) {
      const { action } = rule.fact ?? {};
      const where = host.name || "the provider's own namespace";
      const why = `On ${where} the rule of priority ${rule.priority} refuses packets ${forText(rule.fact)}(${String(action)}).`;
      return { code: "rule-refuses", host, why, by: [rule.fact?.by] };
    }
    const table = byTable.get(rule.table);
    const entries = table ? bestOf(table, asked) : [];
    if (rule.fact && !table) empty ??= rule;
    if (!entries[0] || entries[0].type === "throw") continue;
    return { entries, rule: rule.fact };
  }
  const what = `${host.name || "The host"} has no route to ${asked.destination}`;
  if (!empty) return { code: "no-route", host, why: `${what}.`, by: [host.by] };
  const why =
    `${what}: the rule of priority ${empty.priority} looks in table ${empty.table}, which is empty, ` +
    "and later rules find none either.";
  return { code: "empty-table", host, why, by: [empty.fact?.by] };
}

/** Of each table, what was found for a destination: many packets go to the same one. */
const found = new WeakMap<readonly Entry[], Map<string, Entry[]>>();

function bestOf(table: readonly Entry[], asked: Asked): Entry[] {
  if (asked.oif !== undefined) return firstIn(table, asked);
  const known = found.get(table) ?? new Map<string, Entry[]>();
  if (known.size === 0) found.set(table, known);
  const entries = known.get(asked.destination) ?? firstIn(table, asked);
  known.set(asked.destination, entries);
  return entries;
}

function firstIn(table: readonly Entry[], asked: Asked): Entry[] {
  const first = table.find((one) => fits(one, asked));
  if (!first) return [];
  const same = (one: Entry) =>
    one.prefix.length === first.prefix.length && one.metric === first.metric && one.table === first.table;
  return table.filter((one) => same(one) && fits(one, asked));
}

function fits({ prefix, ways }: Entry, { destination, oif, family }: Asked): boolean {
  if (prefix.family !== family || !contains(prefix, destination)) return false;
  return oif === undefined || ways.length === 0 || ways.some(({ device }) => device.name === oif);
}

/** Undefined: that is not known. */
function isFor(
  fact: Said<RuleFact> | undefined,
  { source, destination, iif, oif, mark = 0 }: Asked,
): boolean | undefined {
  if (!fact) return true;
  const { from, to, iif: by, oif: out, fwmark } = fact;
  if (
    [from, to, by, out, fwmark, fact.priority, fact.family, fact.table].some(
      (one) => one !== undefined && !isKnown<unknown>(one),
    )
  ) {
    return undefined;
  }
  if (from !== undefined && !isIn(from as string, source)) return false;
  if (to !== undefined && !isIn(to as string, destination)) return false;
  if (by !== undefined && by !== iif) return false;
  if (out !== undefined && out !== oif) return false;
  return fwmark === undefined || isMarked(String(fwmark), mark);
}

function isIn(prefix: string, address: string | undefined): boolean {
  const known = prefixOf(prefix);
  return known.length === 0 || (address !== undefined && contains(known, address));
}

function isMarked(text: string, mark: number): boolean {
  const [value = 0, mask = 0xffffffff] = text.split("/").map(Number);
  return (mark & mask) >>> 0 === value >>> 0;
}

function forText(fact: Said<RuleFact> | undefined): string {
  const words = [fact?.from && `from ${fact.from}`, fact?.to && `to ${fact.to}`, fact?.iif && `from ${fact.iif}`];
  const known = words.filter((word) => typeof word === "string");
  return known.length > 0 ? `${known.join(" ")} ` : "";
}

/** What made a route count, for the one who pays for it. */
export function makersOf({ entries, rule }: Found): Resource[] {
  return [rule?.by, ...entries.map(({ by }) => by)].filter((by) => by !== undefined);
}
