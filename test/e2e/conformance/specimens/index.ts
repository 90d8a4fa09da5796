import { address, address6 } from "./address";
import { bond, bondPort } from "./bond";
import { bridge } from "./bridge";
import { bridgePort } from "./bridgePort";
import { dummy } from "./dummy";
import { firewall } from "./firewall";
import { ifb } from "./ifb";
import { ipvlan } from "./ipvlan";
import { linkSettings } from "./linkSettings";
import { macvlan, macvtap } from "./macvlan";
import { namespace } from "./namespace";
import { neighbor } from "./neighbor";
import { ovsBridge, ovsPort } from "./ovs";
import { process } from "./process";
import { netem, pfifo, tbf } from "./qdisc";
import { byGateway, nowhere, ways6 } from "./route";
import { rule } from "./rule";
import type { Specimen } from "./specimen";
import { sysctl, sysctlOfDevice } from "./sysctl";
import { tap } from "./tap";
import { geneve, gretap, ip6gre } from "./tunnel";
import { netkit, vethPair } from "./vethPair";
import { vlan } from "./vlan";
import { vrf, vrfPort } from "./vrf";
import { vxlan, vxlanGroup } from "./vxlan";

/**
 * A row, or a few, for each kind, by what belongs together. Each group is a stack, whose engine writes the state once a run
 * (`WRITTEN_ONCE`): all of it at each step would take several times as long.
 */
const byGroup: Record<string, readonly Specimen[]> = {
  "of hosts, cables and switches": [
    ...[namespace, vethPair, netkit, address, address6, sysctl, sysctlOfDevice, linkSettings],
    ...[
      bridge,
      bridgePort,
      ovsBridge,
      ovsPort,
      dummy,
      ifb,
      macvlan,
      macvtap,
      ipvlan,
      vlan,
      vrf,
      vrfPort,
      bond,
      bondPort,
    ],
  ],
  "of tunnels, ways, queues and firewalls": [
    ...[vxlan, vxlanGroup, geneve, gretap, ip6gre],
    ...[tap, neighbor, nowhere, byGateway, ways6, rule],
    ...[pfifo, tbf, netem, firewall, process],
  ],
};

export const rows: readonly Specimen[] = Object.values(byGroup).flat();

/** Those that the kernel here can make, each group with a namespace: they are in every case. */
export const groups = Object.entries(byGroup).map(([what, all]) => ({
  what,
  specimens: [...new Set([namespace, ...all])].filter(({ built }) => built !== false),
}));
