import { isDeepStrictEqual } from "node:util";
import { familyOf, networkOf, parseCidr } from "../core/ip";
import { isObject, type Json, type Path } from "../core/values";
import { type Description, description } from "../lab/description";
import { faultsIn } from "../lab/lab";
import type { Network } from "../lab/plan";
import { wire } from "../lab/wiring";
import type { Draft } from "./draft";
import type { HostDraft } from "./host";
import { loopbacksIn } from "./loopbacks";

/** A draft in the words of `lab`: what they cannot say is in the lists besides. */

type Family = "inet" | "inet6";
const FAMILIES = ["inet", "inet6"] as const;
const KEYS = { inet: "subnet", inet6: "subnet6" } as const;
const SWITCHED = { inet: "ipv4", inet6: "ipv6" } as const;

/** What is joined to what, without a word of addresses. */
export function wiringOf({ switches, cables, hosts }: Draft): Json {
  const cabled = new Set(cables.flatMap(({ ends }) => ends.map(({ node }) => node)));
  const own = new Map([...switches].map(([name, said]): [string, Json] => [name, { ...said }]));
  const links: Json[] = [];
  for (const { ends, mtu, link, vlan, vlans } of cables) {
    const [a, b] = ends;
    const at = [a, b].find(({ node }) => own.has(node));
    const host = at && [a, b].find(({ node }) => !own.has(node));
    const isPlain = mtu === undefined && link === undefined && vlans === undefined;
    if (at && host && at.device === "" && isPlain) {
      const said = own.get(at.node) ?? {};
      const all = isObject(said.vlans) ? (said.vlans as Record<string, Json>) : {};
      own.set(
        at.node,
        vlan === undefined ? joined(said, host) : { ...said, vlans: { ...all, [vlan]: joined(all[vlan] ?? {}, host) } },
      );
    } else
      links.push({
        between: [endText(a), endText(b)],
        ...(mtu !== undefined && { mtu }),
        ...(link && { link }),
        ...(vlan !== undefined && { vlan }),
        ...(vlans && { vlans }),
      });
  }
  const alone = [...hosts.keys()].filter((name) => !cabled.has(name));
  return {
    ...(alone.length > 0 && { hosts: Object.fromEntries(alone.map((name) => [name, {}])) }),
    ...(own.size > 0 && { switches: Object.fromEntries(own) }),
    ...(links.length > 0 && { links }),
  };
}

function joined(said: Json & { hosts?: string[] }, host: Draft["cables"][number]["ends"][number]): Json {
  return { hosts: [...(said.hosts ?? []), endText(host)], ...without(said, "hosts") };
}

function endText({ node, device }: { node: string; device: string }): string {
  return device === "" ? node : `${node}:${device}`;
}

export function without(object: Json, ...keys: string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** As the function `lab` reads it; undefined where it refuses that. */
export function parsed(said: Json): Description | undefined {
  const read = description.safeParse(said);
  return read.success && faultsIn(read.data).length === 0 ? read.data : undefined;
}

/** The same with the hosts that route, and the subnets and addresses of the draft; undefined where `lab` refuses the wiring. */
export function addressed(draft: Draft): Json | undefined {
  const wiring = wiringOf(draft);
  const read = description.safeParse({ ...wiring, ipv4: false, ipv6: false });
  if (!read.success || faultsIn(read.data).length > 0) return undefined;
  const { networks } = wire(read.data);
  const odd = new Set<string>();
  for (let tries = 0; tries <= 2 * networks.length + 1; tries += 1) {
    const said = withSubnets(draft, wiring, networks, odd);
    const lab = description.safeParse(said);
    const [fault] = lab.success ? faultsIn(lab.data) : lab.error.issues;
    if (!fault) return said;
    if (fault.path[0] === LOOPBACKS && !odd.has(LOOPBACKS)) {
      odd.add(LOOPBACKS);
      continue;
    }
    const [first] = oddBy(fault.path as Path, networks).filter((one) => !odd.has(one));
    for (const one of first === undefined ? allOf(networks) : [first]) odd.add(one);
  }
  return undefined;
}

const LOOPBACKS = "loopbacks";

function allOf(networks: readonly Network[]): string[] {
  return networks.flatMap(({ name }) => FAMILIES.map((family) => `${family} ${name}`));
}

/** The networks that a fault is about: the place of a subnet, or of an MTU that is too small for IPv6. */
function oddBy(path: Path, networks: readonly Network[]): string[] {
  const [list, at] = path;
  const key = path.at(-1);
  const near = networks.filter(
    ({ places, mtu }) =>
      places.some((place) => isDeepStrictEqual(place.path, path.slice(0, -1))) ||
      mtu.some((one) => one.path[0] === list && one.path[1] === at),
  );
  return near.flatMap(({ name }) => (key === "subnet" ? [`inet ${name}`] : [`inet6 ${name}`]));
}

function withSubnets(draft: Draft, wiring: Json, networks: readonly Network[], odd: ReadonlySet<string>): Json {
  const subnets = new Map<Network, Partial<Record<Family, string>>>();
  const used = new Map<string, string[]>();
  for (const network of networks) {
    const found: Partial<Record<Family, string>> = {};
    for (const family of FAMILIES) {
      const subnet = odd.has(`${family} ${network.name}`) ? undefined : subnetIn(draft, network, family);
      if (subnet === undefined) continue;
      found[family] = subnet.subnet;
      for (const [host, address] of subnet.addresses) used.set(host, [...(used.get(host) ?? []), address]);
    }
    subnets.set(network, found);
  }
  const off = FAMILIES.filter((family) => [...subnets.values()].every((one) => one[family] === undefined));
  const said = structuredClone(wiring) as Said;
  for (const [{ places }, found] of subnets) {
    const place = placeIn(said, places[0]?.path ?? []);
    for (const family of FAMILIES) if (place && !off.includes(family)) place[KEYS[family]] = found[family] ?? "none";
  }
  const loopbacks = odd.has(LOOPBACKS) ? undefined : loopbacksIn(draft, off);
  const hosts = hostsOf(draft, said.hosts, (host) => {
    const loopback = loopbacks?.addresses.get(host.name);
    const addresses = [...(used.get(host.name) ?? []), ...(loopback ?? [])];
    return {
      ...(isRouter(host) && { forwarding: true }),
      ...(loopback && { loopback: true }),
      ...(addresses.length > 0 && { addresses }),
    };
  });
  const pool = loopbacks && { [LOOPBACKS]: loopbacks.subnets };
  return {
    ...hosts,
    ...without(said, "hosts"),
    ...pool,
    ...Object.fromEntries(off.map((family) => [SWITCHED[family], false])),
  };
}

/** What says the subnets of a network: a switch, one of its VLANs, which need not be there yet, or a cable. */
function placeIn({ switches, links }: Said, [list, at, , vid]: Path): Json | undefined {
  if (list !== "switches") return links?.[Number(at)];
  const own = switches?.[String(at)];
  if (!own || vid === undefined) return own;
  const vlans = (isObject(own.vlans) ? own.vlans : {}) as Record<string, Json>;
  const vlan = vlans[vid] ?? {};
  own.vlans = { ...vlans, [vid]: vlan };
  return vlan;
}

type Said = Json & { switches?: Record<string, Json>; links?: Json[] };

export function hostsOf({ hosts }: Draft, named: unknown, say: (host: HostDraft) => Json): Json {
  const alone = isObject(named) ? named : {};
  const said = [...hosts.values()].flatMap((host): [string, Json][] => {
    const own = say(host);
    return Object.keys(own).length > 0 || host.name in alone ? [[host.name, own]] : [];
  });
  return said.length === 0 ? {} : { hosts: Object.fromEntries(said) };
}

/** Containers forward unless something says otherwise, so a host with several networks is a router. */
export function isRouter(host: HostDraft): boolean {
  if (host.forwards !== undefined) return host.forwards;
  const networks = new Set(
    [...host.devices.values()]
      .filter(({ type, addresses }) => type !== "loopback" && addresses.length > 0)
      .map(({ name }) => name),
  );
  return networks.size > 1;
}

/** The subnet of a network where each of its seats has just one address of it. */
function subnetIn(
  { hosts }: Draft,
  { seats }: Network,
  family: Family,
): { subnet: string; addresses: [host: string, address: string][] } | undefined {
  const found = seats.map(({ host, device }) => {
    const all = hosts.get(host)?.devices.get(device)?.addresses ?? [];
    const its = all.filter(({ address }) => familyOf(String(address)) === family);
    const [one] = its;
    return its.length === 1 && one && isPlain(one) ? parseCidr(String(one.address)) : undefined;
  });
  const subnets = new Set(found.map((one) => one && networkOf(one.address, one.prefixLength)));
  const [subnet] = subnets;
  if (subnets.size !== 1 || subnet === undefined) return undefined;
  return { subnet, addresses: seats.map(({ host }, index) => [host, found[index]?.address ?? ""]) };
}

function isPlain(address: Json): boolean {
  return Object.keys(address).every((key) => key === "address" || key === "noDad");
}
