import { familyOf } from "../../core/ip";
import { type Host, isKnown } from "../graph";
import { contains, type Owned, rangeOf } from "../inet";
import { OwnedByNumber } from "../ranges";
import { reach } from "../reach/reach";
import type { Reach } from "../reach/types";
import type { Lab } from "./finding";
import { type Leg, legsOf } from "./gateways";
import { mayReach } from "./subnets";

/** So many ways are walked at most, so that a lab of a thousand routers is looked at in no time. */
const MOST = 60;

/** What is sent by a gateway, to whom, and how it went. */
export interface Way {
  leg: Leg;
  to: Owned;
  went: Reach;
}

const walked = new WeakMap<Lab, Way[]>();

/** The ways that hosts have routes for: first to those that know of none back, then one for each network. */
export function waysOf(lab: Lab): Way[] {
  const known = walked.get(lab) ?? walk(lab);
  walked.set(lab, known);
  return known;
}

function walk(lab: Lab): Way[] {
  const legs = legsOf(lab);
  if (legs.length === 0) return [];
  const targets = new OwnedByNumber([...lab.addresses.values()].flatMap(([first]) => first ?? []));
  const [suspect, usual]: [Candidate[], Candidate[]] = [[], []];
  const seen = new Set<string>();
  for (const leg of legs) {
    const range = isKnown(leg.route.destination) ? rangeOf(leg.route.destination) : undefined;
    const [own] = leg.device
      ? lab.addressesOf(leg.device).filter(({ family }) => family === familyOf(leg.gateway))
      : [];
    if (!range || !own || suspect.length >= MOST) continue;
    for (const to of targets.in(range)) {
      if (to.device.host === leg.host || contains(own.network, to.address)) continue;
      const key = `${leg.gateway} ${String(leg.route.destination)} ${to.network.first}`;
      if (!mayReach(lab, to, own)) suspect.push({ leg, to });
      else if (usual.length < MOST && !seen.has(key)) usual.push({ leg, to });
      seen.add(key);
    }
  }
  return [...suspect, ...usual].slice(0, MOST).map(({ leg, to }) => ({
    leg,
    to,
    went: reach(lab.graph, leg.host.name, to.address),
  }));
}

interface Candidate {
  leg: Leg;
  to: Owned;
}

/** Each host's once. */
export function onceAHost<T>(all: readonly T[], hostOf: (one: T) => Host | string | undefined): T[] {
  const seen = new Set<unknown>();
  return all.filter((one) => !seen.has(hostOf(one)) && seen.add(hostOf(one)));
}
