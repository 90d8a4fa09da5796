import type { Config } from "../provider/core/config";
import { grouped } from "../provider/core/values";
import { netnsPath } from "../provider/kernel/netnsPath";
import type { Host } from "../provider/model/graph";
import { isLinkLocal, isLoopback } from "../provider/model/reach/ip";
import { IFA_F, listAddresses } from "../provider/netlink/address";
import { AF, RT_SCOPE } from "../provider/netlink/ip";
import { Netlink } from "../provider/netlink/netlink";
import { askHalf } from "./half";
import { wayToRoot } from "./lab";
import type { Stack } from "./stack";

/** The addresses of IPv6 that hosts make themselves of what routers say of their network (SLAAC, RFC 4862). */

export interface Looking {
  /** Names of hosts. */
  addressesOf: readonly string[];
}

/** One for each host that has none by the program, where others have: only the live lab tells. */
export async function learntAddresses(stack: Stack, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { hosts } = stack.graph;
  const isAny = [...hosts.values()].some(hasAddress);
  const without = names
    .flatMap((name) => hosts.get(name) ?? [])
    .filter((host) => isAny && host.name !== "" && !hasAddress(host));
  const places = grouped(without, (host) => JSON.stringify(stack.configOf(host)));
  const found = await Promise.all(
    [...places].map(async ([place, some]) => {
      const asked = { addressesOf: some.map(({ name }) => name) };
      const way = await wayToRoot(JSON.parse(place) as Config);
      if (!way) return addressesHere(new Netlink(), asked);
      const tried = "could not look at the addresses of the lab";
      return askHalf<[string, string][]>(way, "probes.js", asked, tried);
    }),
  );
  return new Map(found.flat());
}

/** A host that is not there has none. */
export async function addressesHere(netlink: Netlink, { addressesOf }: Looking): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (const name of addressesOf) {
    const all = await listAddresses(netlink, netnsPath(name), { family: AF.inet6 }).catch(() => []);
    const [own] = all.filter(
      ({ scope, flags = 0 }) => scope === RT_SCOPE.global && (flags & (IFA_F.tentative | IFA_F.dadfailed)) === 0,
    );
    const address = own?.local ?? own?.address;
    if (address !== undefined) found.push([name, address]);
  }
  return found;
}

function hasAddress({ devices }: Host): boolean {
  const all = [...devices.values()].flatMap(({ addresses }) => addresses);
  return all.some(({ address }) => {
    // What is not known yet may be one.
    if (typeof address !== "string") return true;
    return address.includes(":") && !isLoopback(address) && !isLinkLocal(address);
  });
}
