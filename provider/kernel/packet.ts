import { familyOf } from "../core/ip";
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

/** The headers before the payload of an echo or a datagram. */
const HEADERS = { inet: 28, inet6: 48 };
/** The least that `netns why` takes for a size. */
const LEAST = 60;

/** The bytes of the whole packet, where it must arrive in one piece. */
export function wholeSize({ to, size, dontFragment }: Omit<Packet, "namespace">): number | undefined {
  return size !== undefined && dontFragment ? size + HEADERS[familyOf(to)] : undefined;
}

/** The command that tells why this very packet does not get there. */
export function whyCommand({ namespace = "", protocol, port, ...rest }: Packet): string {
  const size = wholeSize({ protocol, ...rest });
  const options = [
    ...(port === undefined ? [] : [`--${protocol}`, port]),
    ...(size === undefined ? [] : ["--size", Math.max(size, LEAST)]),
  ];
  return ["netns why", namespace, rest.to, ...options].join(" ");
}
