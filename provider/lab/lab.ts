import type { Fault } from "../core/check";
import { subnetText } from "../core/subnet";
import { pathText } from "../core/values";
import { giveAddresses } from "./addresses";
import { faultsByHand } from "./byHand";
import type { Description } from "./description";
import { type Lists, listsOf } from "./elements";
import { firewallFaults } from "./firewalls";
import type { Host, Network, Wiring } from "./plan";
import { giveSubnets } from "./subnets";
import { wire } from "./wiring";

/** What a description comes to, or all that is wrong with it. */
export interface Lab {
  topology: Lists;
  hosts: Record<string, HostSeen>;
  networks: Record<string, { subnet?: string; subnet6?: string }>;
}

interface HostSeen {
  namespace: string;
  ipv4?: string;
  ipv6?: string;
  devices: { name: string; network: string; ipv4?: string; ipv6?: string }[];
}

export function expand(lab: Description): Lab {
  const { wiring } = plan(lab);
  return {
    topology: listsOf(wiring, lab),
    hosts: Object.fromEntries([...wiring.hosts].map(([name, host]) => [name, seen(host)])),
    networks: Object.fromEntries(wiring.networks.map((network) => [network.name, subnets(network)])),
  };
}

/** All that is wrong with a description whose parts are right; one fault for each property. */
export function faultsIn(lab: Description): Fault[] {
  const { faults } = plan(lab);
  const told = new Set<string>();
  return faults.filter(({ path }) => !told.has(pathText(path)) && told.add(pathText(path)));
}

interface Plan {
  wiring: Wiring;
  faults: Fault[];
}

/** Of one description faults and lab are asked in a row. */
const known = new WeakMap<Description, Plan>();

function plan(lab: Description): Plan {
  const made = known.get(lab) ?? makePlan(lab);
  known.set(lab, made);
  return made;
}

function makePlan(lab: Description): Plan {
  const wiring = wire(lab);
  const { hosts, networks } = wiring;
  const faults = [...wiring.faults, ...giveSubnets(networks, lab), ...giveAddresses(hosts, networks)];
  const ofHosts = [...hosts.values()].flatMap((host) => [...faultsByHand(host, hosts), ...firewallFaults(host, hosts)]);
  return { wiring, faults: [...faults, ...ofHosts] };
}

function seen({ namespace, seats }: Host): HostSeen {
  const devices = seats.map(({ device, network, ipv4, ipv6 }) => ({
    ...{ name: device, network: network.name },
    ...(ipv4 !== undefined && { ipv4 }),
    ...(ipv6 !== undefined && { ipv6 }),
  }));
  const ipv4 = devices.find((one) => one.ipv4 !== undefined)?.ipv4;
  const ipv6 = devices.find((one) => one.ipv6 !== undefined)?.ipv6;
  return { namespace, ...(ipv4 !== undefined && { ipv4 }), ...(ipv6 !== undefined && { ipv6 }), devices };
}

function subnets({ inet, inet6 }: Network): { subnet?: string; subnet6?: string } {
  return { ...(inet && { subnet: subnetText(inet) }), ...(inet6 && { subnet6: subnetText(inet6) }) };
}
