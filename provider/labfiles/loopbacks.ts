import { bitsOf, type Cidr, parseCidr } from "../core/ip";
import { numberIn, parseSubnet, sizeOf } from "../core/subnet";
import { NONE } from "../lab/names";
import type { Draft } from "./draft";
import type { HostDraft } from "./host";

/** The addresses of loopback devices in the words of `lab`, so that its routes lead to them. */

type Family = Cidr["family"];
const FAMILIES = ["inet", "inet6"] as const;
const KEYS = { inet: "subnet", inet6: "subnet6" } as const;

export interface Loopbacks {
  /** What `loopbacks` of `lab` says. */
  subnets: Partial<Record<"subnet" | "subnet6", string>>;
  /** Of each host with `loopback`. */
  addresses: Map<string, string[]>;
}

/** `off`: families that the lab has not. Those of most addresses, where not all hosts have one of each family. */
export function loopbacksIn({ hosts, loopbacks: pools = {} }: Draft, off: readonly Family[]): Loopbacks | undefined {
  const on = FAMILIES.filter((family) => !off.includes(family));
  const of = (families: readonly Family[]): Loopbacks => ({
    subnets: Object.fromEntries(
      on.map((family) => [KEYS[family], (families.includes(family) && pools[family]) || NONE]),
    ),
    addresses: new Map(
      [...hosts.values()].flatMap((host): [string, string[]][] => {
        const all = families.flatMap((family) => addressIn(host, family, pools[family]) ?? []);
        return all.length === families.length ? [[host.name, all]] : [];
      }),
    ),
  });
  const count = ({ addresses }: Loopbacks) => [...addresses.values()].flat().length;
  const ways = [on, ...on.map((family) => [family])].map(of);
  const [best] = ways.sort((a, b) => count(b) - count(a));
  return best && count(best) > 0 ? best : undefined;
}

/** The one address of a host's loopback device in a pool that `lab` can give. */
function addressIn(host: HostDraft, family: Family, pool = ""): string | undefined {
  const subnet = parseSubnet(pool);
  const all = (host.devices.get("lo")?.addresses ?? []).map(({ address }) => parseCidr(String(address)));
  const [one, ...more] = all.filter((parsed) => parsed?.family === family);
  if (!subnet || !one || more.length > 0 || one.prefixLength !== bitsOf(family)) return undefined;
  const number = numberIn(subnet, one.address);
  const last = family === "inet" ? sizeOf(subnet) - 1n : undefined;
  return number === undefined || number === 0n || number === last ? undefined : one.address;
}
