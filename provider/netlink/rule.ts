import { ip, string, struct, Table, u8, u16, u32 } from "./attributes";
import { Format, NLM_F } from "./message";
import type { Netlink } from "./netlink";

const RTM = { newrule: 32, delrule: 33, getrule: 34 };

/** struct fib_rule_hdr and FRA_… of linux/fib_rules.h; `table8` is as much of the table as had room once. */
export const RULE = new Format(
  struct({ family: u8, dstLen: u8, srcLen: u8, tos: u8, table8: u8, _1: u8, _2: u8, action: u8, flags: u32 }),
  new Table("FRA_", {
    dst: [1, ip],
    src: [2, ip],
    iifname: [3, string],
    goto: [4, u32],
    priority: [6, u32],
    fwmark: [10, u32],
    flow: [11, u32],
    suppressIfgroup: [13, u32],
    suppressPrefixlen: [14, u32],
    table: [15, u32],
    fwmask: [16, u32],
    oifname: [17, string],
    l3mdev: [19, u8],
    uidRange: [20, struct({ start: u32, end: u32 })],
    protocol: [21, u8],
    ipProto: [22, u8],
    sportRange: [23, struct({ start: u16, end: u16 })],
    dportRange: [24, struct({ start: u16, end: u16 })],
  }),
);
export type RuleValues = Parameters<typeof RULE.request>[2];
export type Rule = ReturnType<typeof RULE.read>;

/** FR_ACT_… of linux/fib_rules.h: what a rule does. */
export const FR_ACT = { toTbl: 1, goto: 2, nop: 3, blackhole: 6, unreachable: 7, prohibit: 8 } as const;

export function addRule(rule: RuleValues) {
  return RULE.request(RTM.newrule, NLM_F.create | NLM_F.excl, rule);
}

/** The first that has all of this. */
export function delRule(rule: RuleValues) {
  return RULE.request(RTM.delrule, 0, rule);
}

/** Those of a family, in their order. */
export function listRules(netlink: Netlink, netns: string | undefined, family: number): Promise<Rule[]> {
  return netlink.dump(netns, RULE.request(RTM.getrule, 0, { family }), RULE.read);
}
