import { bitsOf } from "../../core/ip";
import { grouped } from "../../core/values";
import { type Host, isKnown } from "../graph";
import { isLinkLocal, isSameRange, type Owned, type Range, rangeOf } from "../inet";
import { RangeSet } from "../ranges";
import type { Lab } from "./finding";

/** Two networks of different size that lie in each other, of which both have addresses in one broadcast domain. */
export interface Overlap {
  small: Owned[];
  large: Owned[];
}

export function overlapsIn(lab: Lab): Overlap[] {
  const said = new Set<string>();
  return lab.domains.all().flatMap(({ devices }) => {
    const owned = [...devices].flatMap((device) => lab.addressesOf(device).filter(isOnNetwork));
    const networks = [...grouped(owned, ({ network }) => keyOf(network)).values()];
    return networks.flatMap((small) =>
      networks.flatMap((large): Overlap[] => {
        if (!isWithin(small[0]?.network, large[0]?.network)) return [];
        const key = [...small, ...large]
          .map(({ device: { host, name }, address }) => `${host.name}/${name}/${address}`)
          .join();
        if (said.has(key)) return [];
        said.add(key);
        return [{ small, large }];
      }),
    );
  });
}

/** Whether a host knows the way to an address, by a network or a route; also where that is not known. */
export function mayReach(lab: Lab, { device: { host } }: Owned, address: Owned): boolean {
  if (host.by === undefined || host.unplaced.length > 0 || host.rules.length > 0) return true;
  const ways = waysFrom.get(host) ?? findWays(lab, host);
  waysFrom.set(host, ways);
  return ways === "any" || ways.has({ family: address.family, first: address.number, last: address.number });
}

const waysFrom = new WeakMap<Host, RangeSet | "any">();

/** All that a host has a network or a route for; `any`, where that is not known. */
function findWays(lab: Lab, host: Host): RangeSet | "any" {
  const ranges = [...host.devices.values()].flatMap((device) => lab.addressesOf(device).map(({ network }) => network));
  for (const { destination } of host.routes) {
    const range = isKnown(destination) ? rangeOf(destination) : undefined;
    if (!range) return "any";
    ranges.push(range);
  }
  return new RangeSet(ranges);
}

function keyOf({ family, first, last }: Range): string {
  return `${family} ${first} ${last}`;
}

function isOnNetwork({ family, prefixLength, peer, address }: Owned): boolean {
  return prefixLength < bitsOf(family) && peer === undefined && !isLinkLocal(address);
}

function isWithin(small: Range | undefined, large: Range | undefined): boolean {
  if (!small || !large || small.family !== large.family || isSameRange(small, large)) return false;
  return large.first <= small.first && small.last <= large.last;
}
