import { canonicalIp, DEFAULT, familyOf } from "../core/ip";
import { numberIn, type Subnet } from "../core/subnet";
import type { Path } from "../core/values";
import { NONE } from "./names";
import type { Certainty, Host, LabFault } from "./plan";
import { nearest, onLinkAt, type Route } from "./routes";

/** Gateways and routes that the program says itself. */

/** The routes of a host by hand. */
export function givenRoutes(host: Host, hosts: ReadonlyMap<string, Host>): Route[] {
  return (host.said.routes ?? []).flatMap(({ destination, gateway }): Route[] => {
    const address = canonicalIp(gateway);
    if (address !== undefined) {
      const { device = "" } = deviceTo(host, address) ?? {};
      return [{ destination, gateway: address, device, ...onLinkAt(host, device, familyOf(address)) }];
    }
    const other = hosts.get(gateway);
    const family = familyIn(destination);
    const hop = other && nearest(host.seats, other, family);
    if (!hop) return [];
    return [{ destination, gateway: hop.gateway, device: hop.device, ...onLinkAt(host, hop.device, family) }];
  });
}

export function faultsByHand(host: Host, hosts: ReadonlyMap<string, Host>): LabFault[] {
  const { routes = [] } = host.said;
  const faults = faultsOfGateway(host, hosts);
  const refuse = (at: Path, reason: string, ...needs: Certainty[]) => faults.push(fault(host, at, reason, needs));
  for (const [index, route] of routes.entries()) {
    const at = ["routes", index, "gateway"];
    const address = canonicalIp(route.gateway);
    const other = hosts.get(route.gateway);
    const family = familyIn(route.destination);
    if (routes.findIndex(({ destination }) => destination === route.destination) < index)
      refuse(["routes", index, "destination"], "is that of another route of this host already");
    if (address !== undefined && familyOf(address) !== family && route.destination !== DEFAULT)
      refuse(at, "is not of the family of `destination`");
    else if (address !== undefined && !deviceTo(host, address))
      refuse(at, "is on no network of this host", "joins", "subnets");
    else if (address === undefined && !other) refuse(at, "is neither a host of the lab nor an address", "joins");
    else if (other === host) refuse(at, "is the host itself");
    else if (other && !nearest(host.seats, other, family))
      refuse(at, "has no address of the family of `destination` on a network of this host", "joins", "subnets");
  }
  return faults;
}

function faultsOfGateway(host: Host, hosts: ReadonlyMap<string, Host>): LabFault[] {
  const { gateway, forwarding, nat, nat6, firewall } = host.said;
  if (gateway === undefined || gateway === NONE) return [];
  const other = hosts.get(gateway);
  const refuse = (reason: string, ...needs: Certainty[]) => [fault(host, ["gateway"], reason, needs)];
  if (!other) return refuse("is no host of the lab", "joins");
  if (other === host) return refuse("is the host itself");
  if (!(["inet", "inet6"] as const).some((family) => nearest(host.seats, other, family)))
    return refuse("is on no network of this host", "joins");
  // That of a router says what is outside as well, which may be one server.
  const isRouter = forwarding || [nat, nat6, firewall].some((word) => word !== undefined);
  if (!isRouter && !other.said.forwarding) return refuse("is no router: give that host `forwarding: true`", "routers");
  return [];
}

function fault({ saidOf }: Host, at: Path, reason: string, needs: readonly Certainty[]): LabFault {
  return { path: ["hosts", saidOf, ...at], reason, needs };
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
