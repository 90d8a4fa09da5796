import type { Fault } from "../core/check";
import type { Subnet } from "../core/subnet";
import type { Path } from "../core/values";
import type { Condition, Netem } from "./condition";
import type { HostDescription } from "./hostFields";
import type { SwitchDescription } from "./switchFields";

/** What must be known of the whole description for a fault to be certain: all cables, all subnets, which hosts forward. */
export type Certainty = "joins" | "subnets" | "routers";

export interface LabFault extends Fault {
  /** Absent: nothing but its own place. */
  needs?: readonly Certainty[];
}

/** What is joined to what: the description with all names, before addresses. */

export interface End {
  node: string;
  /** Undefined: the namespace that the provider runs in. */
  namespace: string | undefined;
  device: string;
  isUp: boolean;
  /** Where the address that it makes itself is to follow from it. */
  mac?: string;
  /** The switch whose port it is. */
  of?: SwitchDescription;
}

export interface Cable {
  ends: [End, End];
  mtu: number | undefined;
  netem: Netem | undefined;
  /** What its ports are in, where switches know of VLANs. */
  port?: PortVlans;
}

/** The VLANs of a port: that of frames without a tag, and those with theirs. */
export interface PortVlans {
  untagged: number | undefined;
  tagged: number[];
}

/** A network that a cable carries; on the host with a tag, or without one. */
export interface Leg {
  network: Network;
  tag?: number;
}

/** A device for the frames with one tag. */
export interface VlanDevice {
  namespace: string | undefined;
  name: string;
  parent: string;
  vid: number;
}

/** A host's device in a network. */
export interface Seat {
  host: string;
  device: string;
  network: Network;
  ipv4?: string;
  ipv6?: string;
  /** The cable's device that one for a tag is of. */
  parent?: string;
  /** Whether it makes its IPv6 address itself, of what routers say of the network. */
  isAutomatic?: boolean;
}

/** Hosts that reach each other without a router. */
export interface Network {
  /** The name of its first switch, with `:VLAN` of one of its VLANs, or `HOST:HOST` of a cable. */
  name: string;
  isCable: boolean;
  /** What it has where the program says none, in the place of what follows from its name. */
  usual?: { subnet: string; subnet6: string };
  /** Whether it is between a customer's router and a carrier's. */
  isShared?: boolean;
  /** Whether it is none where no host is on it. */
  isOptional?: boolean;
  /** Where the program says that its routers tell hosts of it. */
  advertised?: Path;
  /** Where the program says, or could say, its subnets. */
  places: { path: Path; subnet?: string | undefined; subnet6?: string | undefined }[];
  seats: Seat[];
  mtu: { path: Path; bytes: number }[];
  inet?: Subnet;
  inet6?: Subnet;
}

export interface Host {
  name: string;
  /** The host of the description that says it: of a carrier's router that of its customer. */
  saidOf: string;
  namespace: string;
  said: HostDescription;
  seats: Seat[];
}

export interface Wiring {
  hosts: Map<string, Host>;
  /** The namespaces of bridges of Linux, and the bridges with their names. */
  switches: {
    name: string;
    namespace: string | undefined;
    bridge: string;
    said: SwitchDescription;
    hasVlans: boolean;
  }[];
  cables: Cable[];
  vlans: VlanDevice[];
  networks: Network[];
  faults: LabFault[];
}

/** A cable as the program says it. */
export interface Drawn {
  ends: [string, string];
  /** Of each end, the property that says it. */
  paths: [Path, Path];
  path: Path;
  said: {
    subnet?: string | undefined;
    subnet6?: string | undefined;
    mtu?: number | undefined;
    routerAdvertisements?: boolean;
  };
  link: Condition | undefined;
  /** False: it does not work. */
  up?: boolean;
  /** The VLAN of a host's port. */
  vlan?: number | undefined;
  /** Those that it carries with their tags; 1 has none. */
  vlans?: number[] | undefined;
  /** Whether it is one that `nat` makes between a router and its carrier's. */
  isShared?: boolean;
}
