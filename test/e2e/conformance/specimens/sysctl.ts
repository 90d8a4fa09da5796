import { outputOf } from "../../../support/engine/declared";
import { ELSEWHERE, type Specimen } from "./specimen";

export const sysctl: Specimen = {
  type: "Sysctl",
  props: (at) => ({ namespace: at, key: "net.ipv4.ip_default_ttl", value: 65 }),
  full: { restoreOnDelete: false },
  id: (at) => `${at}:net.ipv4.ip_default_ttl`,
  shown: /"net.ipv4.ip_default_ttl = 65"/,
  foreign: "sysctl -qw net.ipv4.ip_default_ttl=65",
  unmanaged: "sysctl -qw net.ipv4.ip_forward=1",
  edits: {
    value: {
      value: 66,
      touches: /^sysctl net.ipv4.ip_default_ttl$/,
      shows: ["sysctl net.ipv4.ip_default_ttl", "66"],
      byHand: "sysctl -qw net.ipv4.ip_default_ttl=77",
    },
    restoreOnDelete: { value: false },
  },
  replacements: {
    namespace: { value: () => outputOf(ELSEWHERE, "name") },
    key: { value: () => "net.ipv4.tcp_keepalive_probes" },
  },
  spellings: [
    [{ value: 65 }, { value: " 65 " }],
    [
      { key: "net.ipv4.tcp_rmem", value: "4096 131072 6291456" },
      { key: "net.ipv4.tcp_rmem", value: "4096\t131072   6291456" },
    ],
    [{}, { restoreOnDelete: true }],
  ],
  notImported: ["previousValue", "restoreOnDelete"],
  badIds: ["net0", "net0:kernel.hostname", "net0:net.ipv4.*"],
};
