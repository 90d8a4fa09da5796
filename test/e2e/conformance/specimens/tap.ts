import { hasTun } from "../../../support/suites/kernelOptions";
import { device, deviceEdits, deviceReplacements } from "./device";
import type { Specimen } from "./specimen";

export const tap: Specimen = {
  ...device,
  type: "Tap",
  built: hasTun,
  props: (at) => ({ namespace: at, name: "it0" }),
  full: { mac: "02:00:00:00:00:0a", mtu: 1400, up: false, user: "root", group: "tty", multiQueue: true },
  foreign: "ip tuntap add dev it0 mode tap && ip addr add 10.0.0.1/24 dev it0",
  edits: deviceEdits,
  replacements: {
    ...deviceReplacements,
    mode: { value: () => "tun" },
    user: { value: () => "root" },
    group: { value: () => 5 },
    multiQueue: { value: () => true },
  },
  spellings: [
    [{}, { up: true, mtu: 1500, mode: "tap", multiQueue: false }],
    [
      { user: 7, group: "007" },
      { user: "7", group: 7 },
    ],
  ],
};
