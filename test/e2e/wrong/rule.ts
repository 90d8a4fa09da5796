import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const MARK = "must be a 32-bit mark above 0, or MARK/MASK, such as 0x10/0xff";
const PREFIX = "must be `default` or an IPv4 or IPv6 prefix, such as 10.0.0.0/8, 2001:db8::/32 or ::/0";
const ok = { priority: 100 };

export const wrongRules: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["priority: is required"] },
  {
    title: "the kernel's priority 0",
    props: { priority: 0 },
    faults: ["priority: is below 1, the kernel's minimum"],
  },
  {
    title: "every address for a prefix",
    props: { ...ok, from: "0.0.0.0/0", to: "::/0" },
    faults: ["from: is every address: leave it out", "to: is every address: leave it out"],
  },
  {
    title: "prefixes of the other family",
    props: { ...ok, from: "2001:db8::/32", to: "::1" },
    faults: ["from: is not of the `family` of the rule", "to: is not of the `family` of the rule"],
  },
  {
    title: "a table to drop packets with",
    props: { ...ok, action: "prohibit", table: 7 },
    faults: ["table: is only for the action `lookup`"],
  },
  { title: "the mark 0", props: { ...ok, fwmark: 0 }, faults: [`fwmark: ${MARK}`] },
  {
    title: "a fault in every property [15]",
    props: {
      ...{ namespace: "a/b", priority: -1, family: "ipv6", from: "all", to: "10.0.0.1/8", iif: "", oif: "a b" },
      ...{ fwmark: "0x1g", table: 0, action: "goto", pref: 5 },
    },
    faults: [
      "namespace: must be a name under /run/netns or an absolute path such as /proc/4242/ns/net",
      "priority: is below 1, the kernel's minimum",
      "family: must be inet or inet6",
      `from: ${PREFIX}`,
      "to: has bits set beyond its prefix length: write the first address of the network",
      "iif: must not be empty",
      "oif: must not contain white space",
      `fwmark: ${MARK}`,
      "table: is below 1, the kernel's minimum",
      "action: must be lookup, blackhole, unreachable or prohibit",
      "pref: is not a property of this; there are `namespace`, `priority`, `family`, `from`, `to`, `iif`, `oif`, `fwmark`, `table`, `action`",
    ],
  },
  {
    title: "a wrong mark and a wrong prefix that are secrets",
    props: { ...ok, fwmark: secret("hidden"), from: secret("hidden") },
    faults: [`fwmark: ${MARK}`, `from: ${PREFIX}`],
    hidden: "hidden",
  },
];
