import type { Probe } from "../probe/probe";

/** A packet that is sent for an answer. */
export interface Packet {
  namespace?: string | undefined;
  to: string;
  protocol: Probe["protocol"];
  port?: number | undefined;
  size?: number | undefined;
  dontFragment?: boolean | undefined;
}

/** A host that a packet passes, or a bridge in one, with the devices that it comes in and goes out by. */
export interface Hop {
  namespace?: string;
  in?: string;
  out?: string;
}

/** Of a packet, and of its answer. */
export interface Way {
  there: Hop[];
  back: Hop[];
}
