import * as netns from "pulumi-netns";

// A switch in software. "netdev" needs no kernel module: ovs-vswitchd forwards the frames itself.
const br0 = new netns.OvsBridge("ovs-br0", { datapathType: "netdev" });

// A host with a cable to the switch; its port there is in one VLAN.
function host(name: string, address: string, tag: number) {
  const namespace = new netns.Namespace(name);
  const cable = new netns.VethPair(name, {
    a: { name: "eth0", namespace: namespace.name },
    b: { name: `to-${name}` },
  });
  // Between namespaces the kernel leaves checksums out, and ovs-vswitchd does not fill them in.
  new netns.LinkSettings(name, { namespace: namespace.name, device: cable.a.name, offloads: { tx: false } });
  const port = new netns.OvsPort(name, { bridge: br0.name, name: cable.b.name, tag });
  return { port, address: new netns.Address(name, { namespace: namespace.name, device: cable.a.name, address }) };
}

const all = [host("red1", "10.0.6.1/24", 10), host("red2", "10.0.6.2/24", 10), host("blue1", "10.0.6.3/24", 20)];

export const bridge = br0.uuid;
export const ports = all.map(({ port }) => port.name);
export const addresses = all.map(({ address }) => address.address);
