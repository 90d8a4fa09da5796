import type { Json } from "../../../provider/core/values";

/** The namespace in the middle. */
export const SWITCH = "switch";

/** One of those around it: its eth0 is joined to a port in the middle. */
export interface Spoke {
  name: string;
  port: string;
  address: string;
}

export function spoke(number: number): Spoke {
  const address = `10.0.${Math.floor(number / 256)}.${number % 256}/16`;
  return { name: `h${number}`, port: `p${number}`, address };
}

/** The rays of a star of this size. */
export function spokes(n: number): Spoke[] {
  return Array.from({ length: n }, (_, index) => spoke(index + 1));
}

/** A switch and hosts, by their numbers or how many, each joined to it; `ends` has more of the host's end by number. */
export function star(hosts: number | readonly number[], ends: Record<number, Json> = {}) {
  const all = typeof hosts === "number" ? spokes(hosts) : hosts.map(spoke);
  return {
    namespaces: [SWITCH, ...all.map(({ name }) => name)].map((name) => ({ name })),
    vethPairs: all.map(({ name, port }) => ({
      a: { name: "eth0", namespace: name, ...ends[Number(name.slice(1))] },
      b: { name: port, namespace: SWITCH },
    })),
    addresses: all.map(({ name, address }) => ({ namespace: name, device: "eth0", address })),
  };
}
