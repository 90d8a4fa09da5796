import { z } from "zod";
import type { Fault } from "../core/check";
import { count, fwmark, ifName, ipPrefix } from "../core/fields";
import { joinId, splitId } from "../core/id";
import { DEFAULT, familyOf } from "../core/ip";
import { covers } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import { inScopeByFamily } from "../kernel/netns";
import { placeIn } from "../kernel/place";
import { MAIN_TABLE } from "../kernel/route";
import { ACTIONS, ruleStep, showRules } from "../kernel/rule";
import { type DeepPartial, defineKind, inNamespace, type Seen } from "./kind";

const family = z.enum(["inet", "inet6"], { error: "must be inet or inet6" });
const action = z.enum(ACTIONS, { error: "must be lookup, blackhole, unreachable or prohibit" }).meta({
  description:
    "What is done with a packet that fits: `lookup` looks for its route in `table`, `blackhole` drops it without a word, " +
    "`unreachable` and `prohibit` drop it and say so (ICMP). Absent: `lookup`.",
  replaces: true,
  kernelDefault: "lookup",
});

const inputs = z.strictObject({
  namespace: inNamespace("The namespace whose rule it is"),
  priority: count(1).meta({
    description: "Its place among the rules: the least comes first. The kernel's own have 0, 32766 and 32767.",
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
/** The place; and all that was asked for, to choose where somebody has made more rules of that priority. */
type Where = Pick<Inputs, "namespace" | "priority" | "family"> & Partial<Inputs>;

export const rule = defineKind({
  type: "Rule",
  description:
    "A rule of the policy routing of a namespace, see ip-rule(8): which packets look in which routing table. " +
    "There is one of each priority and family: what has a priority is told by that.",
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
  idForm: "NAMESPACE/PRIORITY (PRIORITY without a namespace), with `,inet6` behind it for a rule of IPv6",
  id: ({ namespace, priority, family }) => idOf(namespace, priority, family),
  parseId(id): Where | undefined {
    const [, path = "", suffix] = /^(.*?)(,inet6)?$/s.exec(id) ?? [];
    const split = splitId(path, 1);
    const [digits = ""] = split?.parts ?? [];
    const priority = /^\d+$/.test(digits) ? count(1).safeParse(Number(digits)).data : undefined;
    return priority === undefined
      ? undefined
      : { namespace: split?.netns, priority, family: suffix === undefined ? "inet" : "inet6" };
  },
  where: (want): Where => want,
  observe,
  plan: (want, have) => (have ? [] : [ruleStep(want.namespace, "add the rule", "add", want.family, want)]),
  remove: (have) => [ruleStep(have.namespace, "remove the rule", "del", have.family, have)],

  preview: ({ action = "lookup", table }) => ({ action, ...(action === "lookup" && { table: table ?? MAIN_TABLE }) }),
  adopt: ({ action, table, ...rest }) => ({
    ...rest,
    ...(action === "lookup" ? {} : { action }),
    ...(table === undefined || table === MAIN_TABLE ? {} : { table }),
  }),
  bearsMark: false,
  placeOf: (kernel, { namespace }) => placeIn(kernel, namespace),
  identity: [],
  list: (kernel, query) =>
    inScopeByFamily(kernel, query, async (namespace, family) =>
      (await showRules(kernel, namespace, family))
        .filter(({ rule, priority }) => rule && ![0, 32766, 32767].includes(priority))
        .map(({ priority }) => idOf(namespace, priority, family)),
    ),
});

function idOf(namespace: string | undefined, priority: number, family: State["family"]): string {
  return joinId(namespace, String(priority)) + (family === "inet6" ? ",inet6" : "");
}

async function observe(kernel: Kernel, where: Where): Promise<Seen<State> | undefined> {
  const { namespace, priority, family, ...asked } = where;
  const [all, place] = await Promise.all([showRules(kernel, namespace, family, priority), placeIn(kernel, namespace)]);
  const found = all.find(({ rule }) => rule && covers(rule, asked)) ?? all[0];
  if (!found) return undefined;
  const at = { ...(namespace !== undefined && { namespace }), family };
  const id = idOf(namespace, priority, family);
  return {
    ...(found.rule && { state: { ...at, ...found.rule } }),
    what: found.rule ? `the rule ${id}` : `a rule ${id} of a sort that this kind has no words for`,
    ...(place !== undefined && { place }),
  };
}

function crossCheck(want: DeepPartial<Inputs>): Fault[] {
  const { family, action, table } = want;
  const prefixes = (["from", "to"] as const).flatMap((key): Fault[] => {
    const prefix = want[key];
    if (prefix === undefined) return [];
    if ([DEFAULT, "::/0"].includes(prefix)) return [{ path: [key], reason: "is every address: leave it out" }];
    return family !== undefined && familyOf(prefix) !== family
      ? [{ path: [key], reason: "is not of the `family` of the rule" }]
      : [];
  });
  return action !== undefined && action !== "lookup" && table !== undefined
    ? [...prefixes, { path: ["table"], reason: "goes with the action `lookup` only" }]
    : prefixes;
}
