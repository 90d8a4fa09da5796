import type { RouteFact } from "../../resources/facts";
import { type Device, type Host, isKnown, type Said } from "../graph";
import { contains, isLinkLocal, type Range, rangeOf } from "../inet";
import { ownLinkLocal } from "../reach/addresses";
import type { Lab } from "./finding";
import { hopsOf } from "./hops";

/** A route of a host to a router. */
export interface Leg {
  host: Host;
  route: Said<RouteFact>;
  gateway: string;
  /** The device that the route names. */
  named: Device | undefined;
  /** The device in whose network the gateway is, first the one that the kernel takes. */
  device: Device | undefined;
}

const known = new WeakMap<Lab, Leg[]>();

/** All ways to gateways of hosts of which all that counts is known. */
export function legsOf(lab: Lab): Leg[] {
  const legs = known.get(lab) ?? findLegs(lab);
  known.set(lab, legs);
  return legs;
}

function findLegs(lab: Lab): Leg[] {
  return [...lab.graph.hosts.values()].flatMap((host) =>
    host.routes.length > 0 && isWhole(lab, host) ? host.routes.flatMap((route) => legsIn(lab, host, route)) : [],
  );
}

function legsIn(lab: Lab, host: Host, route: Said<RouteFact>): Leg[] {
  return hopsOf(route).flatMap(({ gateway, device: name }): Leg[] => {
    if (gateway === undefined) return [];
    const named = name === undefined ? undefined : host.devices.get(name);
    return [{ host, route, gateway, named, device: deviceTo(lab, host, gateway, named) }];
  });
}

function deviceTo(lab: Lab, host: Host, gateway: string, named: Device | undefined): Device | undefined {
  if (named && isLinkLocal(gateway)) return named;
  const near = [...(named ? [named] : host.devices.values())].flatMap((device) =>
    lab.addressesOf(device).filter(({ network }) => contains(network, gateway)),
  );
  const [best] = near.sort((one, other) => sizeOf(one.network) - sizeOf(other.network));
  return best?.device ?? byRoute(host, gateway, named);
}

/** By a route that names a device and no gateway. */
function byRoute(host: Host, gateway: string, named: Device | undefined): Device | undefined {
  for (const route of host.routes) {
    const range = isKnown(route.destination) ? rangeOf(route.destination) : undefined;
    for (const hop of hopsOf(route)) {
      const device = hop.device === undefined ? undefined : host.devices.get(hop.device);
      const isNear = hop.gateway === undefined && device && (!named || named === device);
      if (isNear && range && contains(range, gateway)) return device;
    }
  }
  return undefined;
}

function sizeOf({ first, last }: Range): number {
  return Number(last - first);
}

/** All that is in it is the program's, and known, but for what a program sends by a tap. */
function isWhole({ graph }: Lab, { by, unplaced, devices }: Host): boolean {
  if (!by || unplaced.length > 0 || graph.unplaced.length > 0) return false;
  return [...devices.values()].every(
    (device) =>
      (device.by !== undefined || device.name === "lo") &&
      device.link?.type !== "tun" &&
      device.addresses.every(({ address, peer }) => isKnown(address) && (peer === undefined || isKnown(peer))),
  );
}

/** Whose the gateway is, among those that hear the host by that device. */
export function routersAt(lab: Lab, { gateway, host }: Leg, device: Device): Set<Host> {
  const others = [...lab.domains.of(device).devices].filter((one) => one.host !== host);
  const owners = new Set((lab.owners.get(gateway) ?? []).map((one) => one.device.host));
  const has = (one: Device) => owners.has(one.host) || (isLinkLocal(gateway) && ownLinkLocal(one) === gateway);
  return new Set(others.filter(has).map((one) => one.host));
}
