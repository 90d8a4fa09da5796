import type { Device, Graph, Host } from "../graph";
import { isKnown } from "../graph";
import { addressText, isDefault, linkText, ovsVlans, portTexts, qdiscText, routeText, ruleText, shown } from "../words";
import type { Box, Row, Scene, Text } from "./scene";
import { cablesOf } from "./sceneCables";
import { sorted } from "./sorted";

/** What a picture shows of a lab. */
export function sceneOf(graph: Graph): Scene {
  return {
    boxes: sorted(
      [...graph.hosts.values()].map((host) => boxOf(graph, host)),
      ({ title }) => title,
    ),
    cables: cablesOf(graph),
  };
}

function boxOf(graph: Graph, host: Host): Box {
  const rows = [...host.devices.values()].filter(isShown).map((device) => rowOf(graph, device));
  const unknown = host.unplaced.length;
  return {
    id: host.name,
    title: host.name === "" ? "this host" : host.name,
    hosts: [host.name],
    ...(host.routes.some(isDefault) && { hasDefault: true }),
    tags: forwards(host) ? [{ text: "router" }] : [],
    rows: sorted([...rows, ...ovsRows(graph, host)], ({ name }) => name),
    notes: [
      ...texts(host.routes.map(routeText)),
      ...texts(host.rules.map(ruleText)),
      ...texts(host.firewalls.map(({ family, name }) => `nft ${shown(family)} ${shown(name)}`)),
      ...quiet([...host.sysctls.values()].map(({ key, value }) => `${shown(key)} = ${shown(value)}`)),
      ...(unknown > 0 ? [{ text: `${unknown} more, not known yet where` }] : []),
    ],
  };
}

/** Every host has a `lo`: it is shown where somebody has done something to it. */
function isShown({ name, addresses, settings, up }: Device): boolean {
  return name !== "lo" || addresses.length > 0 || settings.length > 0 || up === false;
}

function rowOf(graph: Graph, device: Device): Row {
  const { name, link, up, bridge, parent } = device;
  const isOvs = graph.ovsBridges.some((one) => one.device === device);
  const under = bridge?.host === device.host ? bridge.name : parent?.name;
  const sort = isOvs ? "Open vSwitch" : linkText(device);
  return {
    name,
    ...(sort !== undefined && { sort }),
    ...(up === false && { down: true }),
    details: detailsOf(device),
    ...(under !== undefined && under !== name && { under }),
    ...((link?.type === "bridge" || isOvs) && { isBridge: true }),
  };
}

function detailsOf(device: Device): Text[] {
  const { addresses, port, mtu, mac, qdiscs, neighbors, link, name } = device;
  const usual = link?.type === "vxlan" ? [1450, 1430] : name === "lo" ? [65536] : [1500];
  return [
    ...texts(addresses.map(addressText)),
    ...texts(port ? portTexts(port) : []),
    ...texts(qdiscs.map(qdiscText)),
    ...texts(isKnown(mtu) && !usual.includes(mtu) ? [`mtu ${mtu}`] : []),
    ...quiet(isKnown(mac) ? [mac] : []),
    ...quiet(neighbors.map(({ address, mac: to }) => `${shown(address)} at ${shown(to)}`)),
  ];
}

/** Patches and tunnels, which are ports but no devices. */
function ovsRows(graph: Graph, host: Host): Row[] {
  return graph.ovsBridges
    .filter(({ device }) => device.host === host)
    .flatMap(({ device, ports }) =>
      ports
        .filter(({ name }) => isKnown(name) && !host.devices.has(name))
        .map((port) => ({
          name: shown(port.name),
          sort: shown(port.type),
          details: texts(ovsVlans(port)),
          under: device.name,
        })),
    );
}

function forwards({ sysctls }: Host): boolean {
  return ["net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding", "net.ipv6.conf.all.forwarding"].some(
    (key) => sysctls.get(key)?.value === "1",
  );
}

function texts(all: readonly string[]): Text[] {
  return sorted(all, (text) => text).map((text) => ({ text }));
}

/** What is shown only where it changes. */
function quiet(all: readonly string[]): Text[] {
  return texts(all).map((text) => ({ ...text, quiet: true }));
}
