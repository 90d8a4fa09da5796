import { outputOf } from "../../../support/engine/declared";
import { type Edit, ELSEWHERE, type Specimen } from "./specimen";

/** On lo, of which its namespace sets nothing but `up`. */
export const linkSettings: Specimen = {
  type: "LinkSettings",
  props: (at) => ({ namespace: at, device: "lo", mtu: 1280 }),
  full: { txQueueLength: 5, offloads: { tso: false, gso: false, gro: false } },
  id: (at) => `${at}/lo`,
  shown: /"ifname":"lo"[^}]*"mtu":1280/,
  foreign: "ip link set lo mtu 1280",
  unmanaged: "ip link set lo txqueuelen 7 && sysctl -qw net.ipv4.conf.lo.rp_filter=2",
  edits: {
    mtu: {
      value: 1300,
      touches: /^((link|address) lo mtu|sysctl net.ipv6.conf.lo.mtu)$/,
      shows: ["link lo mtu", 1300],
      byHand: "ip link set lo mtu 1400",
    },
    txQueueLength: {
      value: 5,
      touches: /^(link|address) lo txqlen$/,
      shows: ["link lo txqlen", 5],
      byHand: "ip link set lo txqueuelen 6",
    },
    "offloads.tso": offload("tso"),
    "offloads.gso": offload("gso"),
    "offloads.gro": offload("gro"),
  },
  replacements: {
    namespace: { value: () => outputOf(ELSEWHERE, "name") },
    device: { value: (it) => outputOf(`${it}-pair`, "a.name") },
  },
  spellings: [],
  needs: (at) => [
    {
      type: "VethPair",
      name: "pair",
      props: { a: { name: "veth0", namespace: at, mtu: 1280 }, b: { name: "veth1", namespace: at } },
    },
  ],
  notImported: ["previous"],
  // `lo` has no others, and those of a pair are outputs of that.
  onlyInKernelTest: ["up", "mac", "offloads.tx", "offloads.rx"],
  badIds: ["net0/", "net0/a-name-of-16-byte", "net0/a b"],
};

/** The second reader does not see it. */
function offload(name: string): Edit {
  return { value: false, byHand: `ethtool -K lo ${name} on` };
}
