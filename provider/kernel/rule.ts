import { canonicalIp, familyOf } from "../core/ip";
import type { Kernel } from "./kernel";
import { MAIN_TABLE } from "./route";
import { ip, type Step } from "./step";

export const ACTIONS = ["lookup", "blackhole", "unreachable", "prohibit"] as const;
type Family = "inet" | "inet6";

export interface Rule {
  priority: number;
  from?: string | undefined;
  to?: string | undefined;
  iif?: string | undefined;
  oif?: string | undefined;
  fwmark?: string | undefined;
  table?: number | undefined;
  action: (typeof ACTIONS)[number];
}

/** A rule as `ip -N -j rule show` prints it: numbers for what has names in files of the host. */
interface Row {
  priority: number;
  src: string;
  srclen?: number;
  dst?: string;
  dstlen?: number;
  fwmark?: string;
  fwmask?: string;
  iif?: string;
  oif?: string;
  table?: string;
  action?: string;
}

const KNOWN = [
  ...["priority", "src", "srclen", "dst", "dstlen", "fwmark", "fwmask", "iif", "oif", "table", "action"],
  ...["iif_detached", "oif_detached"],
];
/** FR_ACT_BLACKHOLE and its like of linux/fib_rules.h. */
const ACTION_OF: Record<string, Rule["action"]> = { 6: "blackhole", 7: "unreachable", 8: "prohibit" };

/** The rules of a family with their priorities, and what each is where `Rule` has words for that; none without a namespace. */
export async function showRules(
  kernel: Kernel,
  netns: string | undefined,
  family: Family,
  priority?: number,
): Promise<{ priority: number; rule?: Rule }[]> {
  const only = priority === undefined ? [] : ["priority", String(priority)];
  const rows = await kernel.show<Row>(netns, ["-N", optionOf(family), "rule", "show", ...only]);
  return (rows ?? []).map((row) => {
    const rule = ruleOf(row);
    return { priority: row.priority, ...(rule && { rule }) };
  });
}

function ruleOf(row: Row): Rule | undefined {
  const action = row.action === undefined ? "lookup" : ACTION_OF[row.action];
  if (action === undefined || Object.keys(row).some((key) => !KNOWN.includes(key))) return undefined;
  const { iif, oif, fwmark, fwmask } = row;
  return {
    priority: row.priority,
    ...(row.src !== "all" && { from: prefix(row.src, row.srclen) }),
    ...(row.dst !== undefined && { to: prefix(row.dst, row.dstlen) }),
    ...(iif !== undefined && { iif }),
    ...(oif !== undefined && { oif }),
    ...(fwmark !== undefined && { fwmark: fwmask === undefined ? fwmark : `${fwmark}/${fwmask}` }),
    ...(row.table !== undefined && { table: Number(row.table) }),
    action,
  };
}

function prefix(address: string, length: number | undefined): string {
  return `${canonicalIp(address) ?? address}/${length ?? (familyOf(address) === "inet" ? 32 : 128)}`;
}

/**
 * Adds or removes the one rule that is just so. IPv6 takes an option, for prefixes alone do not tell `ip` of the family;
 * without one it is IPv4, and can go out in a batch.
 */
export function ruleStep(
  netns: string | undefined,
  what: string,
  verb: "add" | "del",
  family: Family,
  rule: Omit<Rule, "action" | "fwmark"> & { action?: Rule["action"] | undefined; fwmark?: string | number | undefined },
): Step {
  const { priority, from, to, iif, oif, fwmark, table = MAIN_TABLE, action = "lookup" } = rule;
  const words = [
    ...["priority", String(priority)],
    ...(from === undefined ? [] : ["from", from]),
    ...(to === undefined ? [] : ["to", to]),
    ...(iif === undefined ? [] : ["iif", iif]),
    ...(oif === undefined ? [] : ["oif", oif]),
    ...(fwmark === undefined ? [] : ["fwmark", String(fwmark)]),
    ...(action === "lookup" ? ["lookup", String(table)] : [action]),
  ];
  return ip(netns, what, [...(family === "inet6" ? [optionOf(family)] : []), "rule", verb, ...words], ["priority"]);
}

function optionOf(family: Family): string {
  return family === "inet6" ? "-6" : "-4";
}
