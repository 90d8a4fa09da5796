import { outputOf } from "../../../support/engine/declared";
import { hasVlan } from "../../../support/suites/kernelOptions";
import { device, deviceEdits, deviceReplacements } from "./device";
import type { Specimen } from "./specimen";

export const vlan: Specimen = {
  ...device,
  type: "Vlan",
  built: hasVlan,
  props: (at, it) => ({ namespace: at, name: "it0", parent: outputOf(`${it}-pair`, "a.name"), vid: 10 }),
  full: { mac: "02:00:00:00:00:0a", mtu: 1400, up: false, protocol: "802.1ad" },
  foreign:
    "ip link add veth0 type veth peer name veth1 && ip link add name it0 link veth0 type vlan id 10 && ip addr add 10.0.0.1/24 dev it0",
  edits: {
    ...deviceEdits,
    mac: { ...deviceEdits.mac, unsetReplaces: true },
    mtu: { ...deviceEdits.mtu, unsetReplaces: true },
  },
  replacements: {
    ...deviceReplacements,
    parent: { value: (it) => outputOf(`${it}-pair`, "b.name") },
    vid: { value: () => 11 },
    protocol: { value: () => "802.1ad" },
  },
  spellings: [[{}, { up: true, mtu: 1500, protocol: "802.1Q" }]],
};
