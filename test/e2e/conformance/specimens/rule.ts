import { outputOf } from "../../../support/declared";
import { ELSEWHERE, type Specimen } from "./specimen";

export const rule: Specimen = {
  type: "Rule",
  props: (at) => ({ namespace: at, priority: 100 }),
  full: { family: "inet", from: "10.0.0.0/8", to: "10.9.0.0/16", iif: "lo", oif: "lo", fwmark: "0x10/0xff", table: 7 },
  id: (at) => `${at}/100`,
  shown: /"priority":100,/,
  gone: "ip rule del priority 100",
  foreign: "ip rule add priority 100 lookup main",
  unmanaged: "ip rule add priority 200 lookup 9",
  edits: {},
  replacements: {
    namespace: { value: () => outputOf(ELSEWHERE, "name") },
    priority: { value: () => 101 },
    family: { value: () => "inet6" },
    from: { value: () => "10.0.0.0/8", byHand: again("from 10.0.0.0/9") },
    to: { value: () => "10.0.0.0/8", byHand: again("to 10.0.0.0/9") },
    iif: { value: () => "lo", byHand: again("iif veth7") },
    oif: { value: () => "lo", byHand: again("oif veth7") },
    fwmark: { value: () => "0x10/0xff", byHand: again("fwmark 0x20/0xff") },
    table: { value: () => 7, byHand: again("lookup 8") },
    action: { value: () => "prohibit", byHand: again("blackhole") },
  },
  spellings: [
    [{ from: "10.9.9.9/32" }, { from: "10.9.9.9" }],
    [{ fwmark: "0x10" }, { fwmark: 16 }],
    [{}, { family: "inet", table: 254, action: "lookup" }],
  ],
  badIds: ["net0", "net0/x", "net0/0", "net0/100,inet"],
};

function again(words: string): string {
  return `ip rule del priority 100 && ip rule add priority 100 ${words}`;
}
