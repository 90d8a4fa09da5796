import { outputOf } from "../../../support/engine/declared";
import { hasVrf } from "../../../support/suites/kernelOptions";
import { apart, device, deviceEdits, deviceReplacements, moves } from "./device";
import type { Specimen } from "./specimen";

export const vrf: Specimen = {
  ...device,
  type: "Vrf",
  built: hasVrf,
  props: (at) => ({ namespace: at, name: "it0", table: 10 }),
  full: { mac: "02:00:00:00:00:0a", mtu: 1400, up: false },
  foreign: "ip link add name it0 type vrf table 10 && ip addr add 10.0.0.1/24 dev it0",
  edits: deviceEdits,
  replacements: { ...deviceReplacements, table: { value: () => 11 } },
  spellings: [[{}, { up: true, mtu: 65575 }]],
};

export const vrfPort: Specimen = {
  type: "VrfPort",
  built: hasVrf,
  props: (at, it) => ({ namespace: at, vrf: outputOf(`${it}-vrf`, "name"), device: outputOf(`${it}-pair`, "a.name") }),
  full: {},
  id: (at) => `${at}/red/veth0`,
  shown: /"ifname":"veth0"[^{}]*"master":"red"/,
  gone: "ip link set veth0 nomaster",
  foreign:
    "ip link add veth0 type veth peer name veth1 && ip link add name red type vrf table 10 && ip link set veth0 master red",
  unmanaged: "ip link set veth1 master red",
  edits: {},
  replacements: {
    namespace: { value: (it) => outputOf(`${it}-other`, "name") },
    vrf: { value: (it) => outputOf(`${it}-second`, "name") },
    device: { value: (it) => outputOf(`${it}-pair`, "b.name") },
  },
  spellings: [],
  needs: (at, it) => [
    ...apart(at, it),
    { type: "Vrf", name: "vrf", props: { name: "red", namespace: at, table: 10 } },
    { type: "Vrf", name: "second", props: { name: "blue", namespace: at, table: 20 } },
    ...(moves(it)
      ? [
          {
            type: "Vrf",
            name: "otherVrf",
            props: { name: "red", namespace: outputOf(`${it}-other`, "name"), table: 10 },
          },
        ]
      : []),
  ],
  badIds: ["net0/red/", "red", "net0/red/red", "net0/red/a-name-of-16-byte"],
};
