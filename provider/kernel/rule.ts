import { canonicalIp, familyOf } from "../core/ip";
import type { Kernel } from "./kernel";
import { MAIN_TABLE } from "./route";
import { ip, type Step } from "./step";

export const ACTIONS = ["lookup", "blackhole", "unreachable", "prohibit"] as const;
export type Family = "inet" | "inet6";

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

/** A rule as far as there are words for it; `isWhole` where those are all. */
export interface Shown {
  rule: Omit<Rule, "action"> & { action?: Rule["action"] };
  isWhole: boolean;
}

export function isWhole(shown: Shown): shown is Shown & { rule: Rule } {
  return shown.isWhole;
}

/** The rules of a family in their order; none without a namespace. */
export async function showRules(
  kernel: Kernel,
  netns: string | undefined,
  family: Family,
  priority?: number,
): Promise<Shown[]> {
  // One answer is for all that is looked for at one moment.
  const only = priority === undefined || kernel.survey ? [] : ["priority", String(priority)];
  const rows = await kernel.show<Row>(netns, ["-N", optionOf(family), "rule", "show", ...only]);
  const asked = (rows ?? []).filter((row) => priority === undefined || row.priority === priority);
  return asked.map(shownOf);
}

function shownOf(row: Row): Shown {
  const action = row.action === undefined ? "lookup" : ACTION_OF[row.action];
  const { iif, oif, fwmark, fwmask } = row;
  const rule = {
    priority: row.priority,
    ...(row.src !== "all" && { from: prefix(row.src, row.srclen) }),
    ...(row.dst !== undefined && { to: prefix(row.dst, row.dstlen) }),
    ...(iif !== undefined && { iif }),
    ...(oif !== undefined && { oif }),
    ...(fwmark !== undefined && { fwmark: fwmask === undefined ? fwmark : `${fwmark}/${fwmask}` }),
    ...(row.table !== undefined && { table: Number(row.table) }),
    ...(action !== undefined && { action }),
  };
  return { rule, isWhole: action !== undefined && Object.keys(row).every((key) => KNOWN.includes(key)) };
}

function prefix(address: string, length: number | undefined): string {
  return `${canonicalIp(address) ?? address}/${length ?? (familyOf(address) === "inet" ? 32 : 128)}`;
}

/** A rule as a program asks for it. */
export type Asked = Omit<Rule, "action" | "fwmark"> & {
  action?: Rule["action"] | undefined;
  fwmark?: string | number | undefined;
};

/**
 * Adds or removes a rule. IPv6 takes an option, for prefixes alone do not tell `ip` of the family; without one it is
 * IPv4, and can go out in a batch.
 */
export function ruleStep(
  netns: string | undefined,
  what: string,
  verb: "add" | "del",
  family: Family,
  rule: Asked,
): Step {
  const option = family === "inet6" ? [optionOf(family)] : [];
  return ip(netns, what, [...option, "rule", verb, ...wordsOf(rule)], ["priority"]);
}

export function wordsOf({
  priority,
  from,
  to,
  iif,
  oif,
  fwmark,
  table = MAIN_TABLE,
  action = "lookup",
}: Asked): string[] {
  return [
    ...["priority", String(priority)],
    ...(from === undefined ? [] : ["from", from]),
    ...(to === undefined ? [] : ["to", to]),
    ...(iif === undefined ? [] : ["iif", iif]),
    ...(oif === undefined ? [] : ["oif", oif]),
    ...(fwmark === undefined ? [] : ["fwmark", String(fwmark)]),
    ...(action === "lookup" ? ["lookup", String(table)] : [action]),
  ];
}

export function optionOf(family: Family): string {
  return family === "inet6" ? "-6" : "-4";
}
