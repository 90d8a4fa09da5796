import type { Json } from "../../provider/core/values";

/** A switch and hosts, by their numbers or how many, each joined to it; `ends` has more of the host's end by number. */
export function star(hosts: number | readonly number[], ends: Record<number, Json> = {}): Json {
  const numbers = typeof hosts === "number" ? Array.from({ length: hosts }, (_, index) => index + 1) : hosts;
  return {
    namespaces: [{ name: "switch" }, ...numbers.map((n) => ({ name: `h${n}` }))],
    vethPairs: numbers.map((n) => ({
      a: { name: "eth0", namespace: `h${n}`, ...ends[n] },
      b: { name: `p${n}`, namespace: "switch" },
    })),
    addresses: numbers.map((n) => ({
      namespace: `h${n}`,
      device: "eth0",
      address: `10.0.${Math.floor(n / 256)}.${n % 256}/16`,
    })),
  };
}
