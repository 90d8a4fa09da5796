import { z } from "zod";
import type { Fault } from "../core/check";
import { count, fwmark, ifName, ipPrefix } from "../core/fields";
import { joinId, splitId } from "../core/id";
import { DEFAULT, DEFAULT6, familyOf } from "../core/ip";
import { partsOfRuleId, selectorsText } from "../core/ruleId";
import { NetnsError } from "../errors";
import { ambiguousWith, changeAmong, isTakenFor } from "../kernel/ambiguousRules";
import type { Kernel } from "../kernel/kernel";
import { showLinks } from "../kernel/link";
import { inScopeByFamily } from "../kernel/netns";
import { placeIn } from "../kernel/place";
import { MAIN_TABLE } from "../kernel/route";
import { ACTIONS, isWhole, type Rule, ruleStep, type Shown, showRules, VRF_PRIORITY } from "../kernel/rule";
import type { Step } from "../kernel/step";
import { type DeepPartial, defineKind, inNamespace, type Seen } from "./kind";

const FAMILIES = ["inet", "inet6"] as const;
/** The tables that the kernel's own rules look in: local, main, and default, which only IPv4 has. */
const KERNEL_TABLES: Record<number, number> = { 0: 255, 32766: MAIN_TABLE, 32767: 253 };

const family = z.enum(FAMILIES, { error: "must be inet or inet6" });
const action = z.enum(ACTIONS, { error: "must be lookup, blackhole, unreachable or prohibit" }).meta({
  description:
    "What is done with a packet that matches: `lookup` looks for its route in `table`, `blackhole` drops it " +
    "silently, " +
    "`unreachable` and `prohibit` drop it and say so (ICMP). Absent: `lookup`.",
  replaces: true,
  kernelDefault: "lookup",
});

const inputs = z.strictObject({
  namespace: inNamespace("The namespace whose rule it is"),
  priority: count(1).meta({
    description: "Its place among the rules: the lowest comes first. The kernel's own have 0, 32766 and 32767.",
    replaces: true,
  }),
  family: family.default("inet").meta({
    description: "`inet` for a rule of IPv4, `inet6` for one of IPv6. Default: `inet`.",
    replaces: true,
  }),
  from: ipPrefix().optional().meta({ description: "The packet comes from this prefix. Absent: any.", replaces: true }),
  to: ipPrefix().optional().meta({ description: "The packet goes to this prefix. Absent: any.", replaces: true }),
  iif: ifName().optional().meta({
    description: "The packet came in by this device; `lo` stands for what this host itself sends. Absent: any.",
    replaces: true,
  }),
  oif: ifName().optional().meta({
    description: "The packet is of a socket that is bound to this device. Absent: any.",
    replaces: true,
  }),
  fwmark: fwmark().optional().meta({
    description: "The packet has this mark, a number or `MARK/MASK`: `1`, `0x10/0xff`. Absent: any.",
    replaces: true,
  }),
  table: count(1).optional().meta({
    description: "The number of the routing table to look in. Absent: 254, the table `main`.",
    replaces: true,
    kernelDefault: MAIN_TABLE,
  }),
  action: action.optional(),
});

const outputs = inputs.extend({
  fwmark: z.string().optional().meta({ description: "The mark in hexadecimal, `0x10/0xff`.", replaces: true }),
  action,
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;
type At = Pick<Inputs, "namespace" | "priority" | "family">;
/** All that it is, an action in any case; or, of an id that says no more, the only rule of that priority. */
type Where = At & Partial<Inputs>;

export const rule = defineKind({
  type: "Rule",
  description:
    "A rule of the policy routing of a namespace, see ip-rule(8): which packets look in which routing table. " +
    "Several rules may share a priority if they differ otherwise, but the kernel does not promise their order: " +
    "give rules that can match the same packet different priorities.",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const guests = new netns.Rule("guests", {
  namespace: net0.name,
  priority: 100,
  from: "10.0.2.0/24",
  table: 100,
});
export const action = guests.action;`,
  inputs,
  outputs,
  crossCheck,
  idForm:
    "NAMESPACE/PRIORITY (PRIORITY without a namespace), with `,inet6` behind it for a rule of IPv6; where " +
    "several have that priority, with " +
    "all that the rule has behind that: `net0/100,from=10.0.2.0/24,table=100`, `net0/100,inet6,iif=eth0,action=blackhole`",
  id: idOf,
  fullId,
  precedes: (one, other) => isTakenFor(other, one) && !isTakenFor(one, other),
  parseId(id): Where | undefined {
    const { path = "", isInet6, selectors } = partsOfRuleId(id) ?? {};
    const split = splitId(path, 1);
    const priority = count(1).safeParse(Number(split?.parts[0] ?? 0)).data;
    if (priority === undefined) return undefined;
    const at: At = { namespace: split?.netns, priority, family: isInet6 ? "inet6" : "inet" };
    if (!selectors) return at;
    const { table, ...others } = selectors;
    const asked = inputs.safeParse({ ...at, ...others, ...(table !== undefined && { table: Number(table) }) }).data;
    return asked && crossCheck(asked).length === 0 ? whereOf(asked) : undefined;
  },
  where: whereOf,
  observe,
  plan: (want, have) => (have ? [] : [ruleStep(want.namespace, "add the rule", "add", want.family, want)]),
  making,
  remove: (have, seen) => seen.removal?.() ?? [ruleStep(have.namespace, "remove the rule", "del", have.family, have)],

  preview: ({ action = "lookup", table }) => ({ action, ...(action === "lookup" && { table: table ?? MAIN_TABLE }) }),
  adopt: ({ action, table, ...rest }) => ({
    ...rest,
    ...(action === "lookup" ? {} : { action }),
    ...(table === undefined || table === MAIN_TABLE ? {} : { table }),
  }),
  facts: ({ family = "inet", action = "lookup", ...rule }) => [{ says: "rule", ...rule, family, action }],
  called: ({ priority, family }) => [`rule-${priority}${family === "inet6" ? "-v6" : ""}`],
  bearsMark: false,
  placeOf: (kernel, { namespace }) => placeIn(kernel, namespace),
  identity: [],
  deleteKey: idOf,
  list: (kernel, query) =>
    inScopeByFamily(kernel, query, async (namespace, family) => {
      const rules = (await showRules(kernel, namespace, family)).filter(isWhole).map(({ rule }) => rule);
      const isAlone = ({ priority }: Rule) => rules.filter((one) => one.priority === priority).length === 1;
      return rules
        .filter(({ priority }) => !(priority in KERNEL_TABLES))
        .map((one) => (isAlone(one) ? idOf : fullId)({ namespace, family, ...one }));
    }),
  uncovered: async (kernel, namespace) =>
    (await Promise.all(FAMILIES.map((family) => uncovered(kernel, namespace, family)))).flat(),
});

/** Those with more than there are words for, and what is not as the kernel begins. */
async function uncovered(kernel: Kernel, namespace: string | undefined, family: Inputs["family"]): Promise<string[]> {
  const all = await showRules(kernel, namespace, family);
  const isKernels = ({ rule, isWhole }: Shown) =>
    isWhole &&
    selectorsText({ table: rule.table }) === selectorsText(rule) &&
    KERNEL_TABLES[rule.priority] === rule.table;
  const kernels = Object.keys(KERNEL_TABLES).filter((priority) => family === "inet" || priority !== "32767");
  const gone = kernels.filter(
    (priority) => !all.some((one) => isKernels(one) && String(one.rule.priority) === priority),
  );
  const vrfs = all.some(({ isForVrfs }) => isForVrfs) ? [] : await showLinks(kernel, namespace, "vrf");
  if (vrfs && vrfs.length > 0) gone.push(String(VRF_PRIORITY));
  const beyond = all.filter(
    (one) => !isKernels(one) && !one.isForVrfs && (!one.isWhole || one.rule.priority in KERNEL_TABLES),
  );
  return [
    ...beyond.map(({ rule }) => `the rule ${idOf({ namespace, family, ...rule })}, which says more than Rule can`),
    ...gone.map((priority) => `that the kernel's own rule ${priority} of ${family} is gone`),
  ];
}

function idOf({ namespace, priority, family }: At): string {
  return joinId(namespace, String(priority)) + (family === "inet6" ? ",inet6" : "");
}

function fullId(want: At & Partial<Inputs>): string {
  return idOf(want) + selectorsText(want);
}

function whereOf({ action = "lookup", table, ...rest }: Inputs): Where {
  return { ...rest, action, ...(table !== MAIN_TABLE && { table }) };
}

async function observe(kernel: Kernel, where: Where): Promise<Seen<State> | undefined> {
  const { namespace, priority, family, ...selectors } = where;
  const isOnlyOne = Object.values(selectors).every((value) => value === undefined);
  const [all, place] = await Promise.all([showRules(kernel, namespace, family, priority), placeIn(kernel, namespace)]);
  const at = { ...(namespace !== undefined && { namespace }), family };
  const on = place !== undefined && { place };
  const known = all.filter(isWhole);
  const [found, ...more] = isOnlyOne ? known : known.filter(({ rule }) => fullId({ ...at, ...rule }) === fullId(where));
  if (more.length > 0) {
    const ids = known.map(({ rule }) => fullId({ ...at, ...rule }));
    const todo = "Give the full id of one of them.";
    return { what: `more than one rule of that priority: ${ids.join(" and ")}`, todo, ...on };
  }
  const what = `rule ${idOf(where)}`;
  if (!found)
    return isOnlyOne && all.length > 0
      ? { what: `a ${what} of a sort that this kind cannot describe`, ...on }
      : undefined;
  const others = ambiguousWith(all, found);
  return {
    state: { ...at, ...found.rule },
    what: `the ${what}`,
    ...on,
    ...(others.length > 0 && { removal: () => removalBeside(where, found.rule, others) }),
  };
}

/** Where others of that priority come first and have all that it has, with more. */
function removalBeside(where: Where, it: Rule, others: readonly Shown[]): Step[] {
  if (others.every(isWhole)) return changeAmong(where.namespace, where.family, "del", it, others);
  throw new NetnsError({
    kind: "user",
    tried: `netns:index:Rule ${fullId(where)}: it cannot be removed`,
    said: "another rule of that priority says the same and more, so the kernel would remove that one",
    todo: "Remove both rules by hand (`ip rule`), and make the other one again.",
  });
}

/** The kernel takes a rule that is there for a new one that has the same, but less of `from` and `to`. */
async function making(kernel: Kernel, want: Inputs): Promise<Step[] | undefined> {
  const { namespace, priority, family } = want;
  const all = await showRules(kernel, namespace, family, priority);
  const inTheWay = all.filter(({ rule }) => isTakenFor(rule, want));
  const others = all.filter((one) =>
    inTheWay.some((other) => one === other || ambiguousWith(all, other).includes(one)),
  );
  if (others.length === 0 || !others.every(isWhole)) return undefined;
  return changeAmong(namespace, family, "add", want, others);
}

function crossCheck(want: DeepPartial<Inputs>): Fault[] {
  const { family, action, table } = want;
  const prefixes = (["from", "to"] as const).flatMap((key): Fault[] => {
    const prefix = want[key];
    if (prefix === undefined) return [];
    if ([DEFAULT, DEFAULT6].includes(prefix)) return [{ path: [key], reason: "is every address: leave it out" }];
    return family !== undefined && familyOf(prefix) !== family
      ? [{ path: [key], reason: "is not of the `family` of the rule" }]
      : [];
  });
  return action !== undefined && action !== "lookup" && table !== undefined
    ? [...prefixes, { path: ["table"], reason: "is only for the action `lookup`" }]
    : prefixes;
}
