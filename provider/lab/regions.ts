import type { Fault } from "../core/check";
import type { Description } from "./description";
import { type HostDescription, PLAIN } from "./hostFields";
import { NONE, splitEnd } from "./names";
import type { Drawn } from "./plan";

/** Places far from each other: each is a router, with a cable to each of its hosts, and to each other region. */

type Regions = NonNullable<Description["regions"]>;

export function routersOfRegions({ regions = {} }: Description): Record<string, HostDescription> {
  return Object.fromEntries(Object.keys(regions).map((name) => [name, { ...PLAIN, forwarding: true }]));
}

export function cablesOfRegions({ regions = {} }: Description): Drawn[] {
  const names = Object.keys(regions).sort();
  return names.flatMap((name) => {
    const { hosts = [], delays = {} } = regions[name] ?? {};
    const path = ["regions", name];
    const inside = hosts.map((end, index): Drawn => {
      const at = [...path, "hosts", index];
      return { ends: [name, end], paths: [at, at], path: at, said: {}, link: undefined };
    });
    const between = Object.entries(delays)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([other, delay]): Drawn[] => {
        const at = [...path, "delays", other];
        if (delay === NONE || !Object.hasOwn(regions, other)) return [];
        // The same network whichever of the two says it.
        const ends = [name, other].sort() as [string, string];
        return [{ ends, paths: [at, at], path: at, said: {}, link: { delay } }];
      });
    return [...inside, ...between];
  });
}

export function faultsOfRegions({ regions = {}, hosts = {}, switches = {} }: Description): Fault[] {
  return Object.entries(regions).flatMap(([name, { hosts: inside = [], delays = {} }]): Fault[] => {
    const path = ["regions", name];
    const isOther = Object.hasOwn(hosts, name) || Object.hasOwn(switches, name);
    const own = inside.flatMap((end, index): Fault[] => {
      const { node } = splitEnd(end);
      if (!Object.hasOwn(regions, node) && !Object.hasOwn(switches, node)) return [];
      return [{ path: [...path, "hosts", index], reason: "is no host, but a region or a switch" }];
    });
    const others = Object.keys(delays).flatMap((other): Fault[] => {
      const reason = delayFault(regions, name, other);
      return reason === undefined ? [] : [{ path: [...path, "delays", other], reason }];
    });
    return [...(isOther ? [{ path, reason: "is the name of a host or a switch as well" }] : []), ...own, ...others];
  });
}

function delayFault(regions: Regions, name: string, other: string): string | undefined {
  if (other === name) return "is the region itself";
  if (!Object.hasOwn(regions, other)) return "is no region of the lab";
  const isTwice = regions[other]?.delays?.[name] !== undefined;
  return isTwice && name > other ? "is said in the other direction already" : undefined;
}
