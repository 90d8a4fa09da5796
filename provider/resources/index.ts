import { address } from "./address";
import { bridge } from "./bridge";
import { bridgePort } from "./bridgePort";
import { dummy } from "./dummy";
import type { Kind } from "./kind";
import { macvlan } from "./macvlan";
import { namespace } from "./namespace";
import { sysctl } from "./sysctl";
import { vethPair } from "./vethPair";
import { vlan } from "./vlan";
import { vxlan } from "./vxlan";

/** Every kind of resource that the provider has, in the order in which one can need another. */
export const kinds: readonly Kind[] = [
  namespace,
  vethPair,
  bridge,
  dummy,
  macvlan,
  vlan,
  vxlan,
  bridgePort,
  address,
  sysctl,
];
