import { outputOf } from "../../../support/engine/declared";
import type { Specimen } from "./specimen";

export const namespace: Specimen = {
  type: "Namespace",
  isPlace: true,
  props: (at) => ({ name: at }),
  full: { loopbackUp: false },
  id: (at) => at,
  shown: /"ifname":"lo"/,
  gone: 'ip netns del "$AT"',
  foreign: "ip link set lo up",
  unmanaged:
    "ip link add stray type veth peer name yarts && ip link set lo mtu 1280 && sysctl -qw net.ipv4.ip_forward=1",
  edits: {
    loopbackUp: {
      value: false,
      touches: /^(link lo (flags|operstate)|address lo |route |inet6 )/,
      shows: ["link lo flags", ["LOOPBACK"]],
      byHand: "ip link set lo up",
    },
  },
  replacements: { name: { value: () => "renamed" } },
  spellings: [[{}, { loopbackUp: true }]],
  leaners: (at, it) => [
    {
      type: "VethPair",
      name: "pair",
      props: { a: { name: "veth0", namespace: at }, b: { name: "veth1", namespace: at } },
    },
    {
      type: "Address",
      name: "address",
      props: { namespace: outputOf(it, "name"), device: "lo", address: "10.0.0.1/32" },
    },
    { type: "Sysctl", name: "sysctl", props: { namespace: at, key: "net.ipv4.ip_default_ttl", value: 65 } },
  ],
  badIds: ["a/b", "..", "-all", "with blank"],
};
