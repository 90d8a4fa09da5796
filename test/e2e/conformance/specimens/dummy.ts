import { hasDummy } from "../../../support/suites/kernelOptions";
import { device, deviceEdits, deviceReplacements } from "./device";
import type { Specimen } from "./specimen";

export const dummy: Specimen = {
  ...device,
  type: "Dummy",
  built: hasDummy,
  props: (at) => ({ namespace: at, name: "it0" }),
  full: { mac: "02:00:00:00:00:0a", mtu: 1400, up: false },
  foreign: "ip link add name it0 type dummy && ip addr add 10.0.0.1/24 dev it0",
  edits: deviceEdits,
  replacements: deviceReplacements,
  spellings: [[{}, { up: true, mtu: 1500 }]],
};
