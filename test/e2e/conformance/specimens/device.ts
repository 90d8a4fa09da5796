import { outputOf } from "../../../support/engine/declared";
import type { Edit, Replacement, Specimen } from "./specimen";

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
    touches: /^((link|address) it0 (flags|operstate|qdisc)|link veth0 promiscuity|address|route|inet6)/,
    byHand: "ip link set it0 up",
  },
};

export const deviceReplacements: Record<"name" | "namespace", Replacement> = {
  namespace: { value: (it) => outputOf(`${it}-other`, "name") },
  name: { value: () => "it0-new", byHand: "ip link set it0-new down name it0-odd && ip link set it0-odd up" },
};

/** A pair; and for the copy whose namespace is changed, one where it moves to as well. */
export const apart: NonNullable<Specimen["needs"]> = (at, it) => {
  const pairIn = (namespace: unknown) => ({ a: { name: "veth0", namespace }, b: { name: "veth1", namespace } });
  const pair = { type: "VethPair", name: "pair", props: pairIn(at) };
  if (!moves(it)) return [pair];
  const other = pairIn(outputOf(`${it}-other`, "name"));
  return [pair, { type: "Namespace", name: "other", props: {} }, { type: "VethPair", name: "otherPair", props: other }];
};

export function moves(it: string): boolean {
  return it.endsWith(".namespace");
}

export const device: Pick<Specimen, "id" | "shown" | "gone" | "unmanaged" | "needs" | "leaners" | "badIds"> = {
  id: (at) => `${at}/it0`,
  shown: /"ifname":"it0"/,
  gone: "ip link del it0",
  unmanaged: "ip addr add 10.1.0.1/24 dev it0 && ip link set it0 txqueuelen 500",
  needs: apart,
  leaners: (_at, it) => [
    {
      type: "Address",
      name: "address",
      props: { namespace: outputOf(it, "namespace"), device: outputOf(it, "name"), address: "10.0.0.1/24" },
    },
  ],
  badIds: ["net0/", "net0/a-name-of-16-byte", "net0/a b"],
};
