import { DEFAULT6 } from "../core/ip";
import type { Subnet } from "../core/subnet";
import type { Json } from "../core/values";
import { advertisingProcess, hearing } from "./advertisements";
import { givenRoutes } from "./byHand";
import type { Description } from "./description";
import { firewallsOf } from "./firewalls";
import type { Cable, End, Host, Wiring } from "./plan";
import { vlansOfOvsPort, vlansOfPort } from "./portVlans";
import { processesOf } from "./processes";
import { type Route, routesOf } from "./routes";
import type { Ways } from "./ways";

/** The lists of a Topology that a lab has something in, in their order there. */
export const LISTS = {
  namespaces: "Namespace",
  vethPairs: "VethPair",
  bridges: "Bridge",
  vlans: "Vlan",
  bridgePorts: "BridgePort",
  ovsBridges: "OvsBridge",
  ovsPorts: "OvsPort",
  linkSettings: "LinkSettings",
  sysctls: "Sysctl",
  addresses: "Address",
  routes: "Route",
  qdiscs: "Qdisc",
  firewalls: "Firewall",
  processes: "Process",
} as const;

export type Lists = Record<keyof typeof LISTS, Json[]>;

const FORWARDING = { ipv4: "net.ipv4.ip_forward", ipv6: "net.ipv6.conf.all.forwarding" } as const;

export function listsOf({ hosts, switches, cables, vlans }: Wiring, ways: Ways, lab: Description): Lists {
  const all = [...hosts.values()];
  const linux = switches.filter(({ namespace }) => namespace !== undefined);
  const ends = cables.flatMap(({ ends: [a, b], netem, port }) => [a, b].map((end) => ({ end, netem, port })));
  const ports = ends.filter(({ end }) => end.of);
  const found = routes(hosts, ways, lab);
  const withDefault = new Set(found.flatMap((one) => (one.destination === DEFAULT6 ? [one.namespace] : [])));
  const bridgeOf = ({ node }: End) => switches.find(({ name }) => name === node)?.bridge;
  return {
    namespaces: [...linux, ...all].map(({ namespace }) => ({ name: namespace })),
    vethPairs: cables.map(pair),
    vlans: vlans.map((vlan) => ({ ...vlan })),
    bridges: linux.map(({ namespace, bridge, said: { mtu, stp }, hasVlans }) => ({
      ...{ namespace, name: bridge },
      ...(mtu !== undefined && { mtu }),
      ...(stp && { stp }),
      ...(hasVlans && { vlanFiltering: true }),
    })),
    bridgePorts: ports
      .filter(({ end }) => end.namespace !== undefined)
      .map(({ end, port }) => ({
        ...{ namespace: end.namespace, bridge: bridgeOf(end), device: end.device },
        ...(port && vlansOfPort(port)),
      })),
    ovsBridges: switches
      .filter(({ namespace }) => namespace === undefined)
      .map(({ bridge, said: { datapath, stp } }) => ({
        name: bridge,
        ...(datapath !== undefined && { datapathType: datapath }),
        ...(stp && { stp }),
      })),
    ovsPorts: ports
      .filter(({ end }) => end.namespace === undefined)
      .map(({ end, port }) => ({ bridge: bridgeOf(end), name: end.device, ...(port && vlansOfOvsPort(port)) })),
    linkSettings: cables.flatMap(withoutOffload),
    sysctls: all.flatMap((host) => [...forwarding(host, lab), ...hearing(host, withDefault.has(host.namespace))]),
    addresses: all.flatMap(addresses),
    routes: found,
    qdiscs: ends.flatMap(({ end, netem }) => (netem ? [{ ...placeOf(end), kind: "netem", netem: { ...netem } }] : [])),
    firewalls: all.flatMap((host) => firewallsOf(host, hosts, ways)),
    processes: all.flatMap((host) => [...advertisingProcess(host, ways), ...processesOf(host)]),
  };
}

function pair({ ends: [a, b], mtu }: Cable): Json {
  const end = ({ namespace, device, isUp, mac }: End) => ({
    name: device,
    ...(namespace !== undefined && { namespace }),
    ...(mac !== undefined && { mac }),
    ...(mtu !== undefined && { mtu }),
    ...(!isUp && { up: false }),
  });
  return { a: end(a), b: end(b) };
}

function placeOf({ namespace, device }: End): Json {
  return { ...(namespace !== undefined && { namespace }), device };
}

/** Between namespaces the kernel leaves checksums out, and ovs-vswitchd does not fill them in. */
function withoutOffload({ ends: [a, b] }: Cable): Json[] {
  const isUserspace = [a, b].some(({ of }) => of?.openvswitch && of.datapath === "netdev");
  if (!isUserspace) return [];
  return [a, b].filter(({ of }) => !of).map((end) => ({ ...placeOf(end), offloads: { tx: false } }));
}

function forwarding({ namespace, said }: Host, lab: Description): Json[] {
  if (!said.forwarding) return [];
  const families = (["ipv4", "ipv6"] as const).filter((family) => lab[family]);
  return families.map((family) => ({ namespace, key: FORWARDING[family], value: 1 }));
}

/** No other host has the address of IPv6: nobody need be asked for it. */
function addresses({ namespace, seats }: Host): Json[] {
  return seats.flatMap(({ device, ipv4, ipv6, network, isAutomatic }) => [
    ...(ipv4 === undefined ? [] : [{ namespace, device, address: withLength(ipv4, network.inet) }]),
    ...(ipv6 === undefined || isAutomatic
      ? []
      : [{ namespace, device, address: withLength(ipv6, network.inet6), noDad: true }]),
  ]);
}

function withLength(address: string, subnet: Subnet | undefined): string {
  return `${address}/${subnet?.prefixLength}`;
}

function routes(hosts: ReadonlyMap<string, Host>, ways: Ways, lab: Description): Json[] {
  return [...hosts.values()].flatMap((host) => {
    const byHand = givenRoutes(host, hosts);
    const said = new Set(byHand.map(({ destination }) => destination));
    const isRouted = lab.routing === "static";
    const found = (["inet", "inet6"] as const).flatMap((family) => routesOf(host, family, { hosts, ways, isRouted }));
    const all: Route[] = [...byHand, ...found.filter(({ destination }) => !said.has(destination))];
    return all.map((route) => ({ namespace: host.namespace, ...route }));
  });
}
