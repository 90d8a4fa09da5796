import type { Fault } from "../core/check";
import { canonicalIp, DEFAULT, familyOf } from "../core/ip";
import { numberIn, type Subnet } from "../core/subnet";
import { NONE } from "./names";
import type { Host } from "./plan";
import { nearest, type Route } from "./routes";

/** Gateways and routes that the program says itself. */

/** The routes of a host by hand. */
export function givenRoutes(host: Host, hosts: ReadonlyMap<string, Host>): Route[] {
  return (host.said.routes ?? []).flatMap(({ destination, gateway }): Route[] => {
    const address = canonicalIp(gateway);
    if (address !== undefined) return [{ destination, gateway: address, ...deviceTo(host, address) }];
    const other = hosts.get(gateway);
    const hop = other && nearest(host.seats, other, familyIn(destination));
    return hop ? [{ destination, gateway: hop.gateway, device: hop.device }] : [];
  });
}

export function faultsByHand(host: Host, hosts: ReadonlyMap<string, Host>): Fault[] {
  const { gateway, routes = [] } = host.said;
  const path = ["hosts", host.name];
  const refuse = (at: Fault["path"], reason: string): Fault => ({ path: [...path, ...at], reason });
  const faults: Fault[] = [];
  if (gateway !== undefined && gateway !== NONE) {
    const other = hosts.get(gateway);
    const isNear = other && (["inet", "inet6"] as const).some((family) => nearest(host.seats, other, family));
    if (!other) faults.push(refuse(["gateway"], "is no host of the lab"));
    else if (other === host) faults.push(refuse(["gateway"], "is the host itself"));
    else if (!isNear) faults.push(refuse(["gateway"], "is on no network of this host"));
  }
  for (const [index, route] of routes.entries()) {
    const at = ["routes", index, "gateway"];
    const address = canonicalIp(route.gateway);
    const other = hosts.get(route.gateway);
    const isOther = route.destination !== DEFAULT && address && familyOf(address) !== familyIn(route.destination);
    if (isOther) faults.push(refuse(at, "is not of the family of `destination`"));
    else if (address !== undefined && !deviceTo(host, address))
      faults.push(refuse(at, "is on no network of this host"));
    else if (address === undefined && !other) faults.push(refuse(at, "is neither a host of the lab nor an address"));
    else if (other === host) faults.push(refuse(at, "is the host itself"));
    else if (other && !nearest(host.seats, other, familyIn(route.destination)))
      faults.push(refuse(at, "has no address of the family of `destination` on a network of this host"));
  }
  return faults;
}

function familyIn(destination: string): Subnet["family"] {
  return destination === DEFAULT ? "inet" : familyOf(destination);
}

function deviceTo({ seats }: Host, address: string): { device: string } | undefined {
  const family = familyOf(address);
  const seat = seats.find(({ network }) => {
    const subnet = network[family];
    return subnet && numberIn(subnet, address) !== undefined;
  });
  return seat && { device: seat.device };
}
