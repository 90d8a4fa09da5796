import { outputOf } from "../../../support/engine/declared";
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
  // A rule changed by hand is another one, which stays; ours is one that is gone.
  replacements: {
    namespace: { value: () => outputOf(ELSEWHERE, "name") },
    priority: { value: () => 101 },
    family: { value: () => "inet6" },
    from: { value: () => "10.0.0.0/8" },
    to: { value: () => "10.0.0.0/8" },
    iif: { value: () => "lo" },
    oif: { value: () => "lo" },
    fwmark: { value: () => "0x10/0xff" },
    table: { value: () => 7 },
    action: { value: () => "prohibit" },
  },
  spellings: [
    [{ from: "10.9.9.9/32" }, { from: "10.9.9.9" }],
    [{ fwmark: "0x10" }, { fwmark: 16 }],
    [{}, { family: "inet", table: 254, action: "lookup" }],
  ],
  badIds: ["net0", "net0/x", "net0/0", "net0/100,inet"],
};
