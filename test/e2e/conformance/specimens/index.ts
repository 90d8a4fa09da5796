import { address, address6 } from "./address";
import { bridge } from "./bridge";
import { bridgePort } from "./bridgePort";
import { dummy } from "./dummy";
import { macvlan } from "./macvlan";
import { namespace } from "./namespace";
import type { Specimen } from "./specimen";
import { sysctl } from "./sysctl";
import { vethPair } from "./vethPair";
import { vlan } from "./vlan";
import { vxlan, vxlanGroup } from "./vxlan";

/** A row, or a few, for each kind. */
export const rows: readonly Specimen[] = [
  namespace,
  vethPair,
  bridge,
  dummy,
  macvlan,
  vlan,
  vxlan,
  vxlanGroup,
  bridgePort,
  address,
  address6,
  sysctl,
];

/** Those that the kernel here can make: they are in every case. */
export const specimens: readonly Specimen[] = rows.filter(({ built }) => built !== false);
