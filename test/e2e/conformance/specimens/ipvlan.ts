import { hasIpvlan } from "../../../support/suites/kernelOptions";
import { macvlan } from "./macvlan";
import type { Specimen } from "./specimen";

const { mac: _, ...edits } = macvlan.edits ?? {};
const { mode: __, ...replacements } = macvlan.replacements ?? {};

export const ipvlan: Specimen = {
  ...macvlan,
  type: "Ipvlan",
  built: hasIpvlan,
  full: { mtu: 1400, up: false, mode: "l2", flag: "private" },
  foreign:
    "ip link add veth0 type veth peer name veth1 && ip link add name it0 link veth0 type ipvlan && ip addr add 10.0.0.1/24 dev it0",
  edits: {
    ...edits,
    mode: { value: "l2", touches: /^(link|address) it0 /, byHand: "ip link set it0 type ipvlan mode l3s" },
    flag: { value: "vepa", touches: /^(link|address) it0 /, byHand: "ip link set it0 type ipvlan private" },
  },
  replacements,
  spellings: [[{}, { up: true, mtu: 1500, mode: "l3", flag: "bridge" }]],
};
