import * as netns from "pulumi-netns";

/** So many hosts on a switch, as resources each, or all in one Topology. */
export function star(count, isTopology) {
  const hosts = Array.from({ length: count }, (_, index) => ({
    name: `h${index + 1}`,
    address: `10.0.0.${index + 1}/24`,
  }));
  return () => (isTopology ? oneTopology(hosts) : resources(hosts));
}

/** The address that h1 pings. */
export function last(count) {
  return `10.0.0.${count}`;
}

function resources(hosts) {
  const namespace = new netns.Namespace("switch").name;
  const bridge = new netns.Bridge("br0", { name: "br0", namespace }).name;
  for (const { name, address } of hosts) {
    const host = new netns.Namespace(name);
    const cable = new netns.VethPair(name, { a: { name: "eth0", namespace: host.name }, b: { name, namespace } });
    new netns.BridgePort(name, { namespace, bridge, device: cable.b.name });
    new netns.Address(name, { namespace: host.name, device: cable.a.name, address });
  }
}

function oneTopology(hosts) {
  new netns.Topology("star", {
    namespaces: [{ name: "switch" }, ...hosts.map(({ name }) => ({ name }))],
    bridges: [{ name: "br0", namespace: "switch" }],
    vethPairs: hosts.map(({ name }) => ({ a: { name: "eth0", namespace: name }, b: { name, namespace: "switch" } })),
    bridgePorts: hosts.map(({ name }) => ({ namespace: "switch", bridge: "br0", device: name })),
    addresses: hosts.map(({ name, address }) => ({ namespace: name, device: "eth0", address })),
  });
}
