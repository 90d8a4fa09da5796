import { saidToBeAt, underlayOf } from "../frames/vxlan";
import { type Device, devicesOf, type Graph, isKnown, type OvsBridge } from "../graph";
import type { Cable, End } from "./scene";
import { cableId } from "./scene";
import { sorted } from "./sorted";

/** What joins two hosts, or two devices of one: veth pairs, tunnels, patches. */
export function cablesOf(graph: Graph): Cable[] {
  const all = [...pairs(graph), ...vxlans(graph), ...graph.ovsBridges.flatMap((bridge) => ovsCables(graph, bridge))];
  return sorted([...new Map(all.map((cable) => [cableId(cable), cable])).values()], cableId);
}

function pairs(graph: Graph): Cable[] {
  return devicesOf(graph).flatMap((device): Cable[] => {
    const { peer } = device;
    if (!peer) return [];
    const down = device.up === false || peer.up === false;
    return [{ ends: ordered(endOf(device), endOf(peer)), sort: "cable", ...(down && { down }) }];
  });
}

function vxlans(graph: Graph): Cable[] {
  return devicesOf(graph).flatMap((device) => {
    if (device.link?.type !== "vxlan") return [];
    const { remote, fdb, vni } = device.link;
    const far = [remote, ...(isKnown(fdb) ? fdb.map(({ destination }) => destination) : [])].filter(isKnown);
    return [...new Set(far)].flatMap((address) => {
      const others = devicesOf(graph).filter(({ link }) => link?.type === "vxlan" && link.vni === vni);
      const end = holderOf(graph, address);
      const [said] = saidToBeAt(device, others, address);
      const peer = said ?? (end && others.find((one) => underlayOf(one) === end.host));
      return peer && peer !== device ? [tunnel(endOf(device), endOf(peer), `vxlan ${isKnown(vni) ? vni : "?"}`)] : [];
    });
  });
}

function ovsCables(graph: Graph, { device, ports }: OvsBridge): Cable[] {
  return ports.flatMap((port): Cable[] => {
    const { name, type, options } = port;
    if (!isKnown(name) || !isKnown(options)) return [];
    const from = { host: device.host.name, device: name };
    if (type === "patch") {
      const peer = options.peer;
      const there = graph.ovsBridges.some((other) => other.ports.some((one) => one.name === peer));
      return isKnown(peer) && there ? [{ ends: ordered(from, { ...from, device: peer }), sort: "patch" }] : [];
    }
    const remote = options.remote_ip;
    const end = isKnown(remote) ? holderOf(graph, remote) : undefined;
    const far = graph.ovsBridges
      .filter((other) => other.device.host === end?.host)
      .flatMap((other) => other.ports)
      .find((one) => one.type === type && isKnown(one.name));
    if (!end || !far || !isKnown(far.name)) return [];
    return [tunnel(from, { host: end.host.name, device: far.name }, String(type))];
  });
}

function tunnel(a: End, b: End, label: string): Cable {
  return { ends: ordered(a, b), sort: "tunnel", label };
}

/** Both ends tell of the same cable. */
function ordered(a: End, b: End): [End, End] {
  return `${a.host}/${a.device}` <= `${b.host}/${b.device}` ? [a, b] : [b, a];
}

function holderOf(graph: Graph, address: string): Device | undefined {
  return devicesOf(graph).find(({ addresses }) =>
    addresses.some((one) => isKnown(one.address) && one.address.replace(/\/\d+$/, "") === address),
  );
}

function endOf({ host, name }: Device): End {
  return { host: host.name, device: name };
}
