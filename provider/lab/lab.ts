import type { Fault } from "../core/check";
import { subnetText } from "../core/subnet";
import { type Json, pathText } from "../core/values";
import { giveAddresses } from "./addresses";
import { advertisementFaults, giveMacs } from "./advertisements";
import { faultsByHand } from "./byHand";
import type { Description } from "./description";
import { knownOf } from "./doubts";
import { type Lists, listsOf } from "./elements";
import { firewallFaults } from "./firewalls";
import { apart, LOOPBACK, poolOf } from "./loopbacks";
import { outsideOf } from "./outside";
import type { Host, LabFault, Network, Wiring } from "./plan";
import { prefixFaults } from "./prefixRules";
import { giveSubnets } from "./subnets";
import { Ways } from "./ways";
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
  loopback?: { ipv4?: string; ipv6?: string };
  outside6?: Record<string, string>;
  devices: { name: string; network: string; ipv4?: string; ipv6?: string }[];
}

export function expand(lab: Description): Lab {
  const { wiring, ways } = plan(lab);
  const { hosts } = wiring;
  const hasPrefixes = [...hosts.values()].some(({ said }) => said.nat6 === "prefix");
  return {
    topology: listsOf(wiring, ways, lab),
    hosts: Object.fromEntries(
      [...hosts].map(([name, host]) => [name, seen(host, hasPrefixes ? outsideOf(host, hosts, ways) : {})]),
    ),
    networks: Object.fromEntries(wiring.networks.map((network) => [network.name, subnets(network)])),
  };
}

/** All that is wrong with a description whose parts are right; one fault for each property. */
export function faultsIn(lab: Description): Fault[] {
  return onceEach(plan(lab).faults);
}

/** What is certainly wrong besides parts of a wrong form. */
export function faultsBeside(said: Json, wrong: readonly Fault[]): Fault[] {
  const known = knownOf(said, wrong);
  if (!known) return [];
  const { lab, doubts, placeOf } = known;
  const certain = plan(lab).faults.filter(({ needs = [] }) => !needs.some((one) => doubts.has(one)));
  const placed = certain.map((fault) => ({ ...fault, path: placeOf(fault.path) }));
  const told = new Set(wrong.map(({ path }) => pathText(path)));
  return onceEach(placed.filter(({ path }) => !told.has(pathText(path))));
}

function onceEach(faults: readonly LabFault[]): Fault[] {
  const told = new Set<string>();
  const first = faults.filter(({ path }) => !told.has(pathText(path)) && told.add(pathText(path)));
  return first.map(({ path, reason }) => ({ path, reason }));
}

interface Plan {
  wiring: Wiring;
  ways: Ways;
  faults: LabFault[];
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
  const pool = poolOf(hosts, lab);
  const all = pool.seats.length === 0 ? networks : [...networks, pool];
  const faults = [...nobodyIn(wiring), ...wiring.faults, ...giveSubnets(all, lab), ...giveAddresses(hosts, all)];
  networks.push(...apart(pool));
  giveMacs(hosts, wiring.cables);
  const ways = new Ways(hosts);
  const ofHosts = [...hosts.values()].flatMap((host) => [
    ...faultsByHand(host, hosts),
    ...firewallFaults(host, hosts),
    ...prefixFaults(host, hosts, ways),
  ]);
  return { wiring, ways, faults: [...faults, ...advertisementFaults(networks, ways), ...ofHosts] };
}

function nobodyIn({ hosts, switches }: Wiring): LabFault[] {
  if (hosts.size > 0 || switches.length > 0) return [];
  const reason = `is empty, and so is the lab: name hosts here or in switches, links or regions, such as ${EXAMPLE}`;
  return [{ path: ["hosts"], reason, needs: ["joins"] }];
}

const EXAMPLE = '`links: [{ between: ["h1", "h2"] }]`';

function seen({ namespace, seats }: Host, outside6: Record<string, string>): HostSeen {
  const devices = seats.map(({ device, network, ipv4, ipv6 }) => ({
    ...{ name: device, network: network.name },
    ...(ipv4 !== undefined && { ipv4 }),
    ...(ipv6 !== undefined && { ipv6 }),
  }));
  const ipv4 = devices.find((one) => one.ipv4 !== undefined)?.ipv4;
  const ipv6 = devices.find((one) => one.ipv6 !== undefined)?.ipv6;
  const { name: _, network: __, ...loopback } = devices.find(({ name }) => name === LOOPBACK) ?? {};
  return {
    namespace,
    ...(ipv4 !== undefined && { ipv4 }),
    ...(ipv6 !== undefined && { ipv6 }),
    ...(Object.keys(loopback).length > 0 && { loopback }),
    ...(Object.keys(outside6).length > 0 && { outside6 }),
    devices,
  };
}

function subnets({ inet, inet6 }: Network): { subnet?: string; subnet6?: string } {
  return { ...(inet && { subnet: subnetText(inet) }), ...(inet6 && { subnet6: subnetText(inet6) }) };
}
