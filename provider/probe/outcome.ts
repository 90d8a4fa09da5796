import type { Told } from "./socket";

/** What became of a probe. */
export type Outcome =
  /** An echo reply, an open port, an answer. */
  | { heard: "answer"; from: string | undefined; rttMs: number }
  /** Nobody listens on the port. */
  | { heard: "refused"; from: string | undefined }
  /** An ICMP error: `what` in the words of ping(8). */
  | { heard: "icmp"; from: string | undefined; what: string; type: number; code: number; mtu?: number }
  /** This namespace's own kernel did not send it: the name of the errno. */
  | { heard: "unsent"; code: string; mtu?: number }
  | { heard: "nothing" };

/** By family, then by type, then by code; `*` is any. */
const ICMP: Record<"4" | "6", Record<number, Record<number | "*", string>>> = {
  4: {
    3: {
      "*": "Destination Unreachable",
      0: "Destination Net Unreachable",
      1: "Destination Host Unreachable",
      2: "Destination Protocol Unreachable",
      3: "Destination Port Unreachable",
      4: "Frag needed and DF set",
      9: "Destination Net Prohibited",
      10: "Destination Host Prohibited",
      13: "Packet filtered",
    },
    11: { "*": "Time to live exceeded", 1: "Frag reassembly time exceeded" },
    12: { "*": "Parameter problem" },
  },
  6: {
    1: {
      "*": "Destination unreachable",
      0: "Destination unreachable: No route",
      1: "Destination unreachable: Administratively prohibited",
      2: "Destination unreachable: Beyond scope of source address",
      3: "Destination unreachable: Address unreachable",
      4: "Destination unreachable: Port unreachable",
      5: "Destination unreachable: Source address failed ingress/egress policy",
      6: "Destination unreachable: Reject route to destination",
    },
    2: { "*": "Packet too big" },
    3: { "*": "Time exceeded: Hop limit", 1: "Time exceeded: Defragmentation failure" },
    4: { "*": "Parameter problem" },
  },
};
/** Why the kernel that was to send it did not. */
const UNSENT: Record<string, string> = {
  ENOENT: "there is no such namespace",
  ENODEV: "there is no such device",
  EAFNOSUPPORT: "IPv6 is off there",
  EADDRNOTAVAIL: "there is no address to send it from",
  ENETUNREACH: "there is no route to it",
  EHOSTUNREACH: "the route is `unreachable`",
  EACCES: "the route is `prohibit`",
  EINVAL: "the route is `blackhole`",
  EPERM: "a firewall there drops it",
  EMSGSIZE: "it is too big",
  ENOBUFS: "a device refused the frame, as one that is too big for it, or there is no room for more neighbours",
};
const PORT_UNREACHABLE = { 4: [3, 3], 6: [1, 4] } as const;
const TOO_BIG = { 4: [3, 4], 6: [2, 0] } as const;

/** An answer to what was sent then; ms to the µs. */
export function answer(from: string | undefined, sentAtMs: number, atMs: number): Outcome {
  return { heard: "answer", from, rttMs: Math.max(Math.round((atMs - sentAtMs) * 1000), 0) / 1000 };
}

export function icmpError(told: Told, version: 4 | 6): Outcome {
  const { from, type, code, info } = told;
  const names = ICMP[version][type];
  const what = names?.[code] ?? names?.["*"] ?? `ICMP type ${type} code ${code}`;
  return { heard: "icmp", from, what, type, code, ...(isTooBig(told, version) && { mtu: info }) };
}

export function isPortUnreachable(told: Told, version: 4 | 6): boolean {
  return is(told, PORT_UNREACHABLE[version]);
}

export function isTooBig(told: Told, version: 4 | 6): boolean {
  return is(told, TOO_BIG[version]);
}

export function unsent({ code }: { code: string }, mtu?: number): Outcome {
  return { heard: "unsent", code, ...(mtu !== undefined && { mtu }) };
}

/** What was heard, in words. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.heard) {
    case "answer":
      return `an answer in ${outcome.rttMs} ms`;
    case "refused":
      return `\`Connection refused\`${by(outcome.from)}`;
    case "icmp":
      return `ICMP \`${[outcome.what, ...mtuText(outcome)].join(", ")}\`${by(outcome.from)}`;
    case "unsent":
      return `nothing was sent: ${UNSENT[outcome.code] ?? "refused"} (${[outcome.code, ...mtuText(outcome)].join(", ")})`;
    case "nothing":
      return "nothing";
  }
}

function is({ type, code }: Told, [expected, detail]: readonly [type: number, code: number]): boolean {
  return type === expected && code === detail;
}

function mtuText({ mtu }: { mtu?: number }): string[] {
  return mtu === undefined ? [] : [`mtu ${mtu}`];
}

function by(from: string | undefined): string {
  return from === undefined ? "" : ` from ${from}`;
}
