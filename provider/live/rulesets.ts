import { isDeepStrictEqual } from "node:util";
import { isObject, type Json } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import { rulesetByNft, showRuleset } from "../kernel/nft";
import { type Graph, type Host, isKnown } from "../model/graph";
import type { Drift } from "./compare";

type Firewall = Pick<Host["firewalls"][number], "family" | "name" | "rules">;
/** By host, as `nft -j` has them. */
type Rulesets = ReadonlyMap<string, unknown>;

/** A table as a program has it. */
export interface Table {
  family: string;
  name: string;
  text: string;
}

/** What is known of these tables; undefined where something is not. */
export function tablesOf(firewalls: readonly Firewall[]): Table[] | undefined {
  const known = firewalls.flatMap(({ family, name, rules }) =>
    isKnown(family) && isKnown(name) && isKnown(rules) ? [{ family, name, text: rules }] : [],
  );
  return known.length === firewalls.length ? known : undefined;
}

/** Of the hosts that have a firewall, what nftables in there says. */
export async function readRulesets(kernel: Kernel, { hosts }: Graph): Promise<Rulesets> {
  const walled = [...hosts.values()].filter(({ firewalls }) => firewalls.length > 0);
  const read = walled.map(async ({ name }) => [name, await showRuleset(kernel, name || undefined)] as const);
  return new Map((await Promise.all(read)).filter(([, ruleset]) => ruleset !== undefined));
}

/** Of the tables that the stack has otherwise than the host, what nft makes of them, by their text. */
export async function plannedTables(kernel: Kernel, drift: readonly Drift[]): Promise<ReadonlyMap<string, Json[]>> {
  const facts = [...new Set(drift.map(({ resource }) => resource))].flatMap(({ kind, values }) => kind.facts(values));
  const tables = facts.flatMap((fact) => (fact.says === "firewall" ? (tablesOf([fact]) ?? []) : []));
  const planned = tables.map(async (table) => [keyOf(table), objectsOf(await rulesetByNft(kernel, [table]))] as const);
  return new Map((await Promise.all(planned)).flatMap(([key, objects]) => (objects ? [[key, objects]] : [])));
}

/** A graph that has other firewalls than the live one, with what nft says of those that stay and of those that are planned. */
export function withRulesets(
  graph: Graph,
  { graph: live, planned }: { graph: Graph; planned: ReadonlyMap<string, Json[]> },
): Graph {
  const known = [...graph.hosts.values()].flatMap(({ name, firewalls }): [string, unknown][] => {
    const objects = changed(firewalls, live.hosts.get(name)?.firewalls ?? [], live.rulesets?.get(name), planned);
    return objects && objects.length > 0 ? [[name, { nftables: objects }]] : [];
  });
  return { ...graph, rulesets: new Map(known) };
}

/** Undefined where it is not known what one of them means. */
function changed(
  want: readonly Firewall[],
  are: readonly Firewall[],
  ruleset: unknown,
  planned: ReadonlyMap<string, Json[]>,
): Json[] | undefined {
  const has = (all: readonly Firewall[], one: Firewall) =>
    all.some(({ family, name, rules }) => isDeepStrictEqual([family, name, rules], [one.family, one.name, one.rules]));
  const objects = objectsOf(ruleset);
  if (are.length > 0 && !objects) return undefined;
  const gone = are.filter((one) => !has(want, one));
  const news = tablesOf(want.filter((one) => !has(are, one)))?.map((table) => planned.get(keyOf(table)));
  if (!news || news.includes(undefined)) return undefined;
  const stay = (objects ?? []).filter((object) => !gone.some((one) => isOf(object, one)));
  return [...stay, ...news.flatMap((one) => one ?? [])];
}

function isOf(object: Json, { family, name }: Firewall): boolean {
  return Object.entries(object).some(
    ([sort, value]) =>
      isObject(value) && value.family === family && (sort === "table" ? value.name : value.table) === name,
  );
}

function objectsOf(ruleset: unknown): Json[] | undefined {
  return isObject(ruleset) && Array.isArray(ruleset.nftables) ? (ruleset.nftables as Json[]) : undefined;
}

function keyOf({ family, name, text }: Table): string {
  return `${family} ${name} ${text}`;
}
