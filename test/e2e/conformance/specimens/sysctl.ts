import { outputOf } from "../../../support/engine/declared";
import { apart } from "./device";
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

const KEY = "net.ipv4.conf.veth0.rp_filter";

/** That of a device, which the program names. */
export const sysctlOfDevice: Specimen = {
  ...sysctl,
  variant: "device",
  props: (at, it) => ({
    namespace: at,
    device: outputOf(`${it}-pair`, "a.name"),
    key: "net.ipv4.conf.*.rp_filter",
    value: 2,
  }),
  id: (at) => `${at}:${KEY}`,
  shown: /"net.ipv4.conf.veth0.rp_filter = 2"/,
  foreign: `ip link add veth0 type veth peer name veth1 && sysctl -qw ${KEY}=2`,
  edits: {
    value: { value: 1, touches: /^sysctl net.ipv4.conf.veth0.rp_filter$/, byHand: `sysctl -qw ${KEY}=0` },
  },
  replacements: { device: { value: (it) => outputOf(`${it}-pair`, "b.name") } },
  spellings: [],
  needs: apart,
};
