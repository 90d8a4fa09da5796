import { outputOf } from "../../../support/engine/declared";
import { hasMacvtap } from "../../../support/suites/kernelOptions";
import { device, deviceEdits, deviceReplacements } from "./device";
import type { Specimen } from "./specimen";

export const macvlan: Specimen = {
  ...device,
  type: "Macvlan",
  props: (at, it) => ({ namespace: at, name: "it0", parent: outputOf(`${it}-pair`, "a.name") }),
  full: { mac: "02:00:00:00:00:0a", mtu: 1400, up: false, mode: "bridge" },
  foreign:
    "ip link add veth0 type veth peer name veth1 && ip link add name it0 link veth0 type macvlan && ip addr add 10.0.0.1/24 dev it0",
  edits: { ...deviceEdits, mtu: { ...deviceEdits.mtu, unsetReplaces: true } },
  replacements: {
    ...deviceReplacements,
    parent: { value: (it) => outputOf(`${it}-pair`, "b.name") },
    mode: { value: () => "bridge", byHand: "ip link set it0 type macvlan mode private" },
  },
  spellings: [[{}, { up: true, mtu: 1500, mode: "vepa" }]],
};

export const macvtap: Specimen = {
  ...macvlan,
  type: "Macvtap",
  built: hasMacvtap,
  foreign: macvlan.foreign?.replace("type macvlan", "type macvtap"),
  replacements: {
    ...macvlan.replacements,
    mode: { value: () => "bridge", byHand: "ip link set it0 type macvtap mode private" },
  },
};
