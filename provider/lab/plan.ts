import type { Fault } from "../core/check";
import type { Subnet } from "../core/subnet";
import type { Path } from "../core/values";
import type { Condition, Netem } from "./condition";
import type { HostDescription } from "./hostFields";
import type { SwitchDescription } from "./switchFields";

/** What is joined to what: the description with all names, before addresses. */

export interface End {
  node: string;
  /** Undefined: the namespace that the provider runs in. */
  namespace: string | undefined;
  device: string;
  isUp: boolean;
  /** The switch whose port it is. */
  of?: SwitchDescription;
}

export interface Cable {
  ends: [End, End];
  mtu: number | undefined;
  netem: Netem | undefined;
}

/** A host's device in a network. */
export interface Seat {
  host: string;
  device: string;
  network: Network;
  ipv4?: string;
  ipv6?: string;
}

/** Hosts that reach each other without a router. */
export interface Network {
  /** The name of its first switch, or `HOST:HOST` of a cable. */
  name: string;
  isCable: boolean;
  /** What it has where the program says none, in the place of what follows from its name. */
  usual?: { subnet: string; subnet6: string };
  /** Whether it is between a customer's router and a carrier's. */
  isShared?: boolean;
  /** Where the program says, or could say, its subnets. */
  places: { path: Path; subnet?: string | undefined; subnet6?: string | undefined }[];
  seats: Seat[];
  mtu: { path: Path; bytes: number }[];
  inet?: Subnet;
  inet6?: Subnet;
}

export interface Host {
  name: string;
  namespace: string;
  said: HostDescription;
  seats: Seat[];
}

export interface Wiring {
  hosts: Map<string, Host>;
  /** The namespaces of bridges of Linux, and the bridges with their names. */
  switches: { name: string; namespace: string | undefined; bridge: string; said: SwitchDescription }[];
  cables: Cable[];
  networks: Network[];
  faults: Fault[];
}

/** A cable as the program says it. */
export interface Drawn {
  ends: [string, string];
  /** Of each end, the property that says it. */
  paths: [Path, Path];
  path: Path;
  said: { subnet?: string | undefined; subnet6?: string | undefined; mtu?: number | undefined };
  link: Condition | undefined;
  /** False: it does not work. */
  up?: boolean;
  /** Whether it is one that `nat` makes between a router and its carrier's. */
  isShared?: boolean;
}
