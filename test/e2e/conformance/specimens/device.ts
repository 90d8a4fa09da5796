import { outputOf } from "../../../support/declared";
import { type Edit, ELSEWHERE, type Replacement, type Specimen } from "./specimen";

/** What the rows of kinds that are one device, named `it0`, have in common. */

export const deviceEdits: Record<"mac" | "mtu" | "up", Edit> = {
  mac: {
    value: "02:00:00:00:01:0a",
    touches: /^(link|address) it0 address$/,
    shows: ["link it0 address", "02:00:00:00:01:0a"],
    byHand: "ip link set it0 address 02:00:00:00:02:00",
  },
  mtu: {
    value: 1400,
    touches: /^((link|address) it0 mtu|sysctl net.ipv6.conf.it0.mtu)$/,
    shows: ["link it0 mtu", 1400],
    byHand: "ip link set it0 mtu 1300",
  },
  up: {
    value: false,
    touches: /^((link|address) it0 (flags|operstate|qdisc)|address|route|inet6)/,
    byHand: "ip link set it0 up",
  },
};

export const deviceReplacements: Record<"name" | "namespace", Replacement> = {
  namespace: { value: () => outputOf(ELSEWHERE, "name") },
  name: { value: () => "it0-new", byHand: "ip link set it0-new down name it0-odd && ip link set it0-odd up" },
};

export const device: Pick<Specimen, "id" | "shown" | "gone" | "unmanaged" | "leaners" | "badIds"> = {
  id: (at) => `${at}/it0`,
  shown: /"ifname":"it0"/,
  gone: "ip link del it0",
  unmanaged: "ip addr add 10.1.0.1/24 dev it0 && ip link set it0 txqueuelen 500",
  leaners: (_at, it) => [
    {
      type: "Address",
      name: "address",
      props: { namespace: outputOf(it, "namespace"), device: outputOf(it, "name"), address: "10.0.0.1/24" },
    },
  ],
  badIds: ["net0/", "net0/a-name-of-16-byte", "net0/a b"],
};

/** A pair for what is on a parent, and one in the namespace that it can move to. */
export const parents: NonNullable<Specimen["needs"]> = (at) => [
  {
    type: "VethPair",
    name: "pair",
    props: { a: { name: "veth0", namespace: at }, b: { name: "veth1", namespace: at } },
  },
];
