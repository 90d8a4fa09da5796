import type { Device, Host } from "../graph";
import type { Resource } from "../resources";
import type { Cause } from "./causes";

export type Family = "inet" | "inet6";

/** What had a say in where a packet goes. */
export interface Decision {
  by: "rule" | "route" | "source" | "neighbor" | "bridge" | "tunnel" | "firewall" | "host";
  text: string;
  resources: Resource[];
}

/** One host on a packet's way, or one bridge. */
export interface Hop {
  host: string;
  /** The devices that it comes in and goes out by; absent where it begins or ends. */
  in?: string;
  out?: string;
  decided: Decision[];
}

/** Where a packet ends, and why. */
export interface Stop {
  direction: "there" | "back";
  host: string;
  device?: string;
  code: Cause;
  /** One sentence. */
  why: string;
  /** What makes it so, and what would be changed. */
  by: Resource[];
  todo: string;
}

export interface Reach {
  reaches: boolean | "unknown";
  /** The addresses of the packet, as far as it came to have them. */
  source?: string;
  destination?: string;
  there: Hop[];
  back: Hop[];
  /** Where it ends; where it is unknown whether it reaches, why. */
  stop?: Stop;
}

/** Something that ends a packet. */
export interface Drop {
  code: Cause;
  host: Host;
  device?: Device | undefined;
  why: string;
  by: readonly (Resource | undefined)[];
  /** In place of what is mostly done. */
  todo?: string;
  /** It may be otherwise: what decides is not known. */
  isOpen?: boolean;
}

/** An address that has been learnt of a neighbour who asked. */
interface Learnt {
  on: Device;
  address: string;
  is: Device;
}

/** What a host remembers of a connection: what its first packet came as, and went on as. */
export interface Tracked {
  host: Host;
  before: Ends;
  after: Ends;
}

interface Ends {
  source: string | undefined;
  destination: string;
  sourcePort?: number | undefined;
  port?: number | undefined;
}

export interface Packet extends Ends {
  family: Family;
  protocol: "icmp" | "tcp" | "udp";
  /** Of the whole packet of IP, in bytes. */
  size: number;
  /** No router may cut it up. */
  df: boolean;
  mark: number;
  ttl: number;
  /** It is an answer: connection tracking has it as established. */
  isReply: boolean;
  /** It asks for a neighbour of IPv6, or answers that, by the name of nft. */
  discovery?: "nd-neighbor-solicit" | "nd-neighbor-advert" | undefined;
  learnt: readonly Learnt[];
  tracked: readonly Tracked[];
}

/** What has been so far on one of the ways of a packet. */
export interface Trail {
  hops: readonly Hop[];
  /** What may end it before, but is not known to. */
  doubts: readonly Drop[];
}

/** One way's end. */
export interface Outcome extends Trail {
  packet: Packet;
  /** Absent where it has arrived. */
  drop?: Drop;
  at: Host;
  by: Device;
}
