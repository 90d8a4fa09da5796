import { OWN } from "../core/rules";
import { Unknown } from "../core/values";
import type { DeviceRef, Fact, Link, Maybe, OvsPortFact, PortFact, RouteFact, RuleFact } from "../resources/facts";
import type { Resource } from "./resources";

/** A fact, and the resource that says it. */
export type Said<F> = F & { by: Resource };
type Of<S extends Fact["says"]> = Said<Extract<Fact, { says: S }>>;

/** What only the kernel knows of a device that is there; a graph of what is on a host has it, see provider/why. */
export interface LiveFacts {
  index: number;
  /** LOWER_UP of `ip link`. */
  hasCarrier: boolean;
  /** NOARP of `ip link`: it neither asks for neighbours nor answers. */
  isWithoutArp: boolean;
  /** Of a port of a Linux bridge, as `bridge link` shows it. */
  portState?: string;
  /** Addresses that it has and may not use, with the kernel's word for why: `tentative` or `dadfailed`. */
  unusable: ReadonlyMap<string, string>;
  /** The MAC addresses of neighbours that it has learnt by now. */
  neighbors: ReadonlyMap<string, string>;
}

/** A device of a host. One that no resource makes is there because others name it: of it only that is known. */
export interface Device {
  host: Host;
  name: string;
  by?: Resource;
  link?: Link;
  up: Maybe<boolean>;
  mac: Maybe<string>;
  /** Undefined: the kernel chooses it, by its sort and what it stands on. */
  mtu?: Maybe<number> | undefined;
  /** The other end of a veth. */
  peer?: Device;
  /** What a vlan, macvlan, macvtap or ipvlan stands on, and the device that the packets of a vxlan go by. */
  parent?: Device;
  /** Where the packets of a vxlan travel, if not in its own host. */
  underlay?: Host;
  /** The bridge that it is a port of, of Linux or of Open vSwitch, and how. */
  bridge?: Device;
  port?: Said<PortFact> | Said<OvsPortFact>;
  addresses: Of<"address">[];
  neighbors: Of<"neighbor">[];
  qdiscs: Of<"qdisc">[];
  settings: Of<"settings">[];
  live?: LiveFacts;
}

/** A network namespace. One that no resource makes can have more in it than is known. */
export interface Host {
  /** As `namespace` of the resources says it; empty: the provider's own. */
  name: string;
  by?: Resource;
  devices: Map<string, Device>;
  routes: Said<RouteFact>[];
  rules: Said<RuleFact>[];
  /** By the key in sysctl(8)'s notation with dots; a dot in a device's name is a slash. */
  sysctls: Map<string, Of<"sysctl">>;
  firewalls: Of<"firewall">[];
  /** What is to be proved from here. */
  asks: Of<"asks">[];
  /** What is in here, but in a way or a place that is not known yet. */
  unplaced: Said<Fact>[];
}

/** A bridge of Open vSwitch has ports that are no devices: patches and tunnels. */
export interface OvsBridge {
  device: Device;
  fact: Of<"ovsBridge">;
  ports: Said<OvsPortFact>[];
}

/** A lab, as far as its resources tell. */
export interface Graph {
  hosts: Map<string, Host>;
  ovsBridges: OvsBridge[];
  resources: readonly Resource[];
  /** Of these it is not known yet in which host they are. */
  unplaced: Said<Fact>[];
  /**
   * By host, what `nft -j list ruleset` says of its firewalls, from whoever may ask nftables: in a namespace that is
   * thrown away for the text of resources, or in the host's own.
   */
  rulesets?: ReadonlyMap<string, unknown>;
}

export function graphOf(resources: readonly Resource[]): Graph {
  const graph: Graph = { hosts: new Map(), ovsBridges: [], resources, unplaced: [] };
  const facts = resources.flatMap((by) =>
    by.kind.facts(by.values).map((fact): Said<Fact> => Object.assign(fact, { by })),
  );
  for (const fact of facts) if (makes(fact)) add(graph, fact);
  for (const fact of facts) if (!makes(fact)) add(graph, fact);
  for (const host of graph.hosts.values()) for (const device of host.devices.values()) join(graph, device);
  return graph;
}

/** The device of that name, if the graph knows of it. */
export function deviceAt(graph: Graph, { namespace, name }: DeviceRef): Device | undefined {
  if (namespace instanceof Unknown || typeof name !== "string") return undefined;
  return graph.hosts.get(namespace ?? "")?.devices.get(name);
}

export function devicesOf(graph: Graph): Device[] {
  return [...graph.hosts.values()].flatMap(({ devices }) => [...devices.values()]);
}

/** `net0/veth0`, as ids have it. */
export function deviceLabel({ host, name }: Pick<Device, "host" | "name">): string {
  return host.name === "" ? name : `${host.name}/${name}`;
}

/** Known, and not left out. */
export function isKnown<T>(value: Maybe<T> | undefined): value is T {
  return value !== undefined && !(value instanceof Unknown);
}

/** What others are on comes first. */
function makes({ says }: Fact): boolean {
  return says === "namespace" || says === "device" || says === "ovsBridge";
}

function add(graph: Graph, fact: Said<Fact>): void {
  const place = "device" in fact && fact.says !== "route" ? (fact.device as DeviceRef) : undefined;
  const namespace = fact.says === "namespace" ? fact.name : placeOf(fact);
  if (namespace instanceof Unknown) {
    graph.unplaced.push(fact);
    return;
  }
  const host = hostAt(graph, namespace ?? "");
  if (!place) addToHost(graph, host, fact);
  else if (!isKnown(place.name)) host.unplaced.push(fact);
  else addToDevice(graph, deviceIn(host, place.name), fact);
}

function placeOf(fact: Said<Fact>): Maybe<string> | undefined {
  if (fact.says === "ovsPort") return fact.bridge.namespace;
  if ("namespace" in fact) return fact.namespace;
  return "device" in fact ? (fact.device as DeviceRef).namespace : undefined;
}

function addToHost(graph: Graph, host: Host, fact: Said<Fact>): void {
  switch (fact.says) {
    case "namespace":
      host.by = fact.by;
      deviceIn(host, "lo").up = fact.loopbackUp;
      return;
    case "route":
      host.routes.push(fact);
      return;
    case "rule":
      host.rules.push(fact);
      return;
    case "firewall":
      host.firewalls.push(fact);
      return;
    case "asks":
      host.asks.push(fact);
      return;
    case "sysctl":
      if (isKnown(fact.key)) host.sysctls.set(fact.key, fact);
      else host.unplaced.push(fact);
      return;
    case "ovsPort":
      addOvsPort(graph, host, fact);
  }
}

function addToDevice(graph: Graph, device: Device, fact: Said<Fact>): void {
  switch (fact.says) {
    case "device": {
      const { by, link, up, mac = Unknown.value, mtu } = fact;
      Object.assign(device, { by, link, up, mac, mtu });
      return;
    }
    case "address":
      device.addresses.push(fact);
      return;
    case "neighbor":
      device.neighbors.push(fact);
      return;
    case "qdisc":
      device.qdiscs.push(fact);
      return;
    case "ovsBridge":
      graph.ovsBridges.push({ device, fact, ports: [] });
      return;
    case "settings": {
      const { up = device.up, mac = device.mac, mtu = device.mtu } = fact;
      Object.assign(device, { up, mac, mtu });
      device.settings.push(fact);
      return;
    }
    case "member":
      device.host.unplaced.push(fact);
      return;
    case "port": {
      const bridge =
        deviceAt(graph, fact.bridge) ??
        (isKnown(fact.bridge.name) ? deviceIn(device.host, fact.bridge.name) : undefined);
      if (bridge) Object.assign(device, { bridge, port: fact });
      else device.host.unplaced.push(fact);
    }
  }
}

function addOvsPort(graph: Graph, host: Host, fact: Said<OvsPortFact>): void {
  const bridge = graph.ovsBridges.find(({ device }) => device.host === host && device.name === fact.bridge.name);
  if (!bridge || !isKnown(fact.name) || !isKnown(fact.type)) {
    host.unplaced.push(fact);
    return;
  }
  bridge.ports.push(fact);
  if (fact.type === "system" || fact.type === "internal") {
    Object.assign(deviceIn(host, fact.name), { bridge: bridge.device, port: fact });
  }
}

/** What a device stands on, and where its cable ends. */
function join(graph: Graph, device: Device): void {
  const { link, host } = device;
  if (link?.type === "veth" || link?.type === "netkit") {
    const peer = deviceAt(graph, link.peer);
    if (peer) device.peer = peer;
  }
  const underlay = link?.type === "vxlan" && isKnown(link.underlay) ? link.underlay : undefined;
  if (underlay !== undefined) {
    const name = underlay === OWN ? "" : underlay;
    // Where nothing else is said of it, it is no part of the lab.
    device.underlay = graph.hosts.get(name) ?? newHost(name);
  }
  const parent =
    link !== undefined && "parent" in link ? link.parent : link?.type === "vxlan" ? link.device : undefined;
  const below = isKnown(parent) ? (device.underlay ?? host).devices.get(parent) : undefined;
  if (below) device.parent = below;
}

function hostAt(graph: Graph, name: string): Host {
  const host = graph.hosts.get(name) ?? newHost(name);
  graph.hosts.set(name, host);
  return host;
}

function newHost(name: string): Host {
  return {
    name,
    devices: new Map(),
    routes: [],
    rules: [],
    sysctls: new Map(),
    firewalls: [],
    asks: [],
    unplaced: [],
  };
}

function deviceIn(host: Host, name: string): Device {
  const known = host.devices.get(name);
  if (known) return known;
  const device: Device = {
    ...{ host, name, up: Unknown.value, mac: Unknown.value },
    ...{ addresses: [], neighbors: [], qdiscs: [], settings: [] },
  };
  host.devices.set(name, device);
  return device;
}
