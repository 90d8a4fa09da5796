import { bitsOf, canonicalIp } from "../core/ip";
import { AF } from "../netlink/ip";
import type { Request } from "../netlink/message";
import { addRule, delRule, FR_ACT, listRules, type Rule as Row, type RuleValues } from "../netlink/rule";
import type { Looking } from "./looking";
import { MAIN_TABLE, tableValues } from "./route";
import { ip, type Step } from "./step";
import type { Words } from "./words";

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

const ACTION_NUMBERS: Record<Rule["action"], number> = {
  lookup: FR_ACT.toTbl,
  blackhole: FR_ACT.blackhole,
  unreachable: FR_ACT.unreachable,
  prohibit: FR_ACT.prohibit,
};
/** FIB_RULE_INVERT of linux/fib_rules.h. */
const INVERT = 2;
/** RTPROT_KERNEL: the rules that the kernel begins with. */
const BY_KERNEL = 2;
const ANY_MASK = 0xffffffff;
/** What says that nothing is suppressed. */
const NONE = 0xffffffff;

/** The priority of the rule that the kernel makes with the first VRF of a namespace (FIB_RULE_PREF of drivers/net/vrf.c). */
export const VRF_PRIORITY = 1000;

/** A rule as far as there are words for it; `isWhole` where those are all. */
export interface Shown {
  rule: Omit<Rule, "action"> & { action?: Rule["action"] };
  isWhole: boolean;
  /** It is the one that the kernel has made for VRFs. */
  isForVrfs?: boolean;
}

export function isWhole(shown: Shown): shown is Shown & { rule: Rule } {
  return shown.isWhole;
}

/** The rules of a family in their order; none without a namespace. */
export async function showRules(
  kernel: Looking,
  netns: string | undefined,
  family: Family,
  priority?: number,
): Promise<Shown[]> {
  const rows = await kernel.look(netns, ["ip", optionOf(family), "rule", "show"], (netlink, file) =>
    listRules(netlink, file, AF[family]),
  );
  const asked = (rows ?? []).filter((row) => priority === undefined || (row.priority ?? 0) === priority);
  return asked.map(shownOf);
}

function shownOf(row: Row): Shown {
  const action = ACTIONS.find((one) => ACTION_NUMBERS[one] === row.action);
  const { priority = 0, iifname, oifname, fwmark, fwmask = ANY_MASK } = row;
  const mark = fwmark ?? (row.fwmask === undefined ? undefined : 0);
  const rule = {
    priority,
    ...(row.src !== undefined && { from: prefix(row.src, row.srcLen) }),
    ...(row.dst !== undefined && { to: prefix(row.dst, row.dstLen) }),
    ...(iifname !== undefined && { iif: iifname }),
    ...(oifname !== undefined && { oif: oifname }),
    ...(mark !== undefined && { fwmark: fwmask === ANY_MASK ? hex(mark) : `${hex(mark)}/${hex(fwmask)}` }),
    ...(action === "lookup" && { table: row.table ?? row.table8 }),
    ...(action !== undefined && { action }),
  };
  const { l3mdev, ...others } = row;
  const isMade = priority === VRF_PRIORITY && row.protocol === BY_KERNEL && l3mdev === 1;
  return {
    rule,
    isWhole: action !== undefined && !saysMore(row),
    isForVrfs:
      isMade && !saysMore(others) && (["from", "to", "iif", "oif", "fwmark"] as const).every((key) => !(key in rule)),
  };
}

/** Whether there are no words for all of it. */
function saysMore({
  flags,
  tos,
  protocol = 0,
  suppressPrefixlen = NONE,
  suppressIfgroup = NONE,
  ...row
}: Row): boolean {
  const others = [row.goto, row.flow, row.l3mdev, row.uidRange, row.ipProto, row.sportRange, row.dportRange];
  return (
    (flags & INVERT) !== 0 ||
    tos !== 0 ||
    (protocol !== 0 && protocol !== BY_KERNEL) ||
    suppressPrefixlen !== NONE ||
    suppressIfgroup !== NONE ||
    others.some((one) => one !== undefined)
  );
}

function prefix(address: string, length: number): string {
  return `${canonicalIp(address) ?? address}/${length}`;
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}

/** A rule as a program asks for it. */
export type Asked = Omit<Rule, "action" | "fwmark"> & {
  action?: Rule["action"] | undefined;
  fwmark?: string | number | undefined;
};

/** Adds or removes a rule. A rule need not have a prefix that tells of IPv6, so an option does; without it `ip` means IPv4. */
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

/** `ip rule` as a request to the kernel. */
export function ruleRequest(words: Words, family: Family): Request {
  const verb = words.next();
  if (verb !== "add" && verb !== "del") throw new Error(`there is no \`ip rule ${verb}\` here`);
  const values: RuleValues = { family: AF[family], action: verb === "add" ? FR_ACT.toTbl : 0 };
  const address = (key: "src" | "dst") => () => {
    const [text, length = bitsOf(family)] = words.next().split("/");
    Object.assign(values, { [key]: text, [`${key}Len`]: Number(length) });
  };
  const action = (one: Rule["action"]) => () => {
    values.action = ACTION_NUMBERS[one];
  };
  const to = words.into(values);
  words.each({
    priority: to("priority", Number),
    from: address("src"),
    to: address("dst"),
    iif: to("iifname"),
    oif: to("oifname"),
    fwmark: () => {
      const [fwmark, fwmask] = words.next().split("/").map(Number);
      Object.assign(values, { fwmark, fwmask });
    },
    lookup: () => void Object.assign(values, tableValues(Number(words.next()))),
    blackhole: action("blackhole"),
    unreachable: action("unreachable"),
    prohibit: action("prohibit"),
  });
  return verb === "add" ? addRule(values) : delRule(values);
}
