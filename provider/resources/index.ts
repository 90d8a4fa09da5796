import { address } from "./address";
import { bond } from "./bond";
import { bondPort } from "./bondPort";
import { bridge } from "./bridge";
import { bridgePort } from "./bridgePort";
import { dummy } from "./dummy";
import { firewall } from "./firewall";
import { geneve } from "./geneve";
import { ifb } from "./ifb";
import { ipvlan } from "./ipvlan";
import type { Kind } from "./kind";
import { linkSettings } from "./linkSettings";
import { macvlan } from "./macvlan";
import { macvtap } from "./macvtap";
import { namespace } from "./namespace";
import { neighbor } from "./neighbor";
import { netkit } from "./netkit";
import { ovsBridge } from "./ovsBridge";
import { ovsPort } from "./ovsPort";
import { process } from "./process";
import { qdisc } from "./qdisc";
import { reachability } from "./reachability";
import { route } from "./route";
import { rule } from "./rule";
import { sysctl } from "./sysctl";
import { tap } from "./tap";
import { tunnel } from "./tunnel";
import { vethPair } from "./vethPair";
import { vlan } from "./vlan";
import { vrf } from "./vrf";
import { vrfPort } from "./vrfPort";
import { vxlan } from "./vxlan";

/** Every kind of resource that the provider has, in the order in which one can need another. */
export const kinds: readonly Kind[] = [
  namespace,
  vethPair,
  netkit,
  bridge,
  vrf,
  dummy,
  ifb,
  bond,
  macvlan,
  macvtap,
  ipvlan,
  vlan,
  vxlan,
  geneve,
  tunnel,
  tap,
  bridgePort,
  bondPort,
  vrfPort,
  ovsBridge,
  ovsPort,
  linkSettings,
  sysctl,
  address,
  neighbor,
  route,
  rule,
  qdisc,
  firewall,
  process,
  reachability,
];
