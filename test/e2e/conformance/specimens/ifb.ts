import { hasIfb } from "../../../support/suites/kernelOptions";
import { deviceEdits, deviceReplacements } from "./device";
import { dummy } from "./dummy";
import type { Specimen } from "./specimen";

export const ifb: Specimen = {
  ...dummy,
  type: "Ifb",
  built: hasIfb,
  edits: { mtu: deviceEdits.mtu, up: deviceEdits.up },
  replacements: { ...deviceReplacements, mac: { value: () => "02:00:00:00:01:0a" } },
  foreign: "ip link add name it0 type ifb && ip addr add 10.0.0.1/24 dev it0",
};
