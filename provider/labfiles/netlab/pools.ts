import { canonicalPrefix, familyOf, parseCidr } from "../../core/ip";
import { addressAt, parseSubnet, type Subnet, sizeOf } from "../../core/subnet";
import { isObject, type Json } from "../../core/values";
import { merged } from "./dotted";

export const FAMILIES = ["ipv4", "ipv6"] as const;
export type Key = (typeof FAMILIES)[number];

/** What a link's prefixes come from. */
interface Pool {
  prefix?: number;
  prefix6?: number;
  start?: number;
  allocation?: string;
  unnumbered?: boolean;
  ipv4?: unknown;
  ipv6?: unknown;
}

/** Those that netlab has by itself. */
const BUILT_IN: Record<string, Pool> = {
  loopback: { ipv4: "10.0.0.0/24", prefix: 32 },
  lan: { ipv4: "172.16.0.0/16", prefix: 24 },
  p2p: { ipv4: "10.1.0.0/16", prefix: 30, allocation: "p2p" },
  l2only: {},
};

/** The address pools of a topology, each of which gives one prefix after the other. */
export class Pools {
  private readonly all: Record<string, Pool>;
  private readonly given = new Map<string, bigint>();

  constructor(said: unknown, defaults: unknown) {
    this.all = merged(merged(BUILT_IN, defaults), said) as Record<string, Pool>;
  }

  has(name: string): boolean {
    return isObject(this.all[name]) || this.all[name] === null;
  }

  get(name: string): Pool {
    return this.all[name] ?? {};
  }

  /** The next prefixes of a pool, by family. */
  next(name: string): Partial<Record<Key, Subnet>> {
    const pool = this.get(name);
    const made: Partial<Record<Key, Subnet>> = {};
    for (const key of FAMILIES) {
      const whole = typeof pool[key] === "string" ? parseSubnet(String(pool[key])) : undefined;
      if (!whole) continue;
      const length = key === "ipv4" ? (pool.prefix ?? 24) : (pool.prefix6 ?? 64);
      const size = 1n << BigInt((key === "ipv4" ? 32 : 128) - length);
      const at = this.given.get(`${name} ${key}`) ?? BigInt(pool.start ?? 0);
      this.given.set(`${name} ${key}`, at + 1n);
      if (size * (at + 1n) <= sizeOf(whole))
        made[key] = { family: whole.family, first: whole.first + size * at, prefixLength: length };
    }
    return made;
  }

  /** What addresses of loopback devices are from. */
  get loopbacks(): Partial<Record<"inet" | "inet6", string>> {
    const { ipv4, ipv6 } = this.get("loopback");
    const [inet, inet6] = [ipv4, ipv6].map((one) => (typeof one === "string" ? canonicalPrefix(one) : undefined));
    return { ...(inet !== undefined && { inet }), ...(inet6 !== undefined && { inet6 }) };
  }

  /** The loopback addresses of the node of this number, with their lengths. */
  loopback(id: number, name = "loopback"): string[] {
    const { ipv4, ipv6, prefix = 32, prefix6 = 64 } = this.get(name);
    const four = typeof ipv4 === "string" ? parseSubnet(ipv4) : undefined;
    const six = typeof ipv6 === "string" ? parseSubnet(ipv6) : undefined;
    const step = 1n << BigInt(128 - prefix6);
    return [
      ...(four && BigInt(id) < sizeOf(four) ? [`${addressAt(four, BigInt(id))}/${prefix}`] : []),
      ...(six ? [`${addressAt(six, step * BigInt(id) + (step > 1n ? 1n : 0n))}/${prefix6}`] : []),
    ];
  }
}

/** The prefixes that a link says itself; undefined where those of a pool are to be taken. */
export function saidPrefixes(prefix: unknown, named: Json): Partial<Record<Key, Subnet>> | undefined {
  if (prefix === undefined || prefix === null) return undefined;
  if (prefix === false || prefix === true) return {};
  const value = typeof prefix === "string" && named[prefix] !== undefined ? named[prefix] : prefix;
  if (typeof value === "string") {
    const subnet = parseSubnet(value);
    return subnet ? { [familyOf(value) === "inet" ? "ipv4" : "ipv6"]: subnet } : {};
  }
  if (!isObject(value)) return {};
  const found = FAMILIES.flatMap((key) => {
    const subnet = typeof value[key] === "string" ? parseSubnet(String(value[key])) : undefined;
    return subnet ? [[key, subnet] as const] : [];
  });
  return Object.fromEntries(found);
}

/** The address of an interface: what it says itself, or that of the node's number in the prefix. */
export function addressOf(said: unknown, subnet: Subnet | undefined, number: bigint): string | undefined {
  if (said === false || said === true) return undefined;
  if (typeof said === "string") {
    if (said.includes("/")) return parseCidr(said) ? said : undefined;
    return subnet ? `${said}/${subnet.prefixLength}` : undefined;
  }
  if (!subnet) return undefined;
  const at = typeof said === "number" ? BigInt(said) : number;
  return at < sizeOf(subnet) ? `${addressAt(subnet, at)}/${subnet.prefixLength}` : undefined;
}
