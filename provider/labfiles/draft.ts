import type { Json } from "../core/values";
import type { HostDraft } from "./host";

/** What a file of another tool says, in our words. */

interface CableEndDraft {
  node: string;
  device: string;
}

export interface CableDraft {
  /** Of a switch, the name of its port. */
  ends: [CableEndDraft, CableEndDraft];
  mtu?: number;
  /** What packets suffer on it, each way. */
  link?: Json;
  /** The VLAN of the switch's port, where that is not 1. */
  vlan?: number;
  /** Those that it carries with their tags; 1 has none. */
  vlans?: number[];
}

export interface SwitchDraft {
  openvswitch?: true;
  stp?: true;
  mtu?: number;
}

export interface Draft {
  /** The lab's name. */
  name: string;
  hosts: Map<string, HostDraft>;
  switches: Map<string, SwitchDraft>;
  cables: CableDraft[];
  /** Routes follow from the lab: the file gives those alone that are besides. */
  routesFollow?: true;
  /** The subnets that addresses of loopback devices are from, where the file says so. */
  loopbacks?: Partial<Record<"inet" | "inet6", string>>;
  /** Cables to the machine itself, and what else stands beside the hosts: lists of a Topology. */
  beside: Record<string, Json[]>;
}
